/** @jsxImportSource hono/jsx */

export function Login(
  { next, why, hasProvider }: {
    readonly next: string;
    readonly why: string | undefined;
    readonly hasProvider: boolean;
  },
) {
  return (
    <main id="main" class="login">
      <h1>Dead-letter desk</h1>
      <p>See, understand, try, mend and replay what failed.</p>
      {why === undefined ? null : (
        <p class="alert" role="alert" id="why">
          {why}
        </p>
      )}
      {hasProvider
        ? (
          <p>
            <a
              class="button primary"
              href={`/login/provider?next=${encodeURIComponent(next)}`}
            >
              Log in by your identity provider
            </a>
          </p>
        )
        : null}
      <form method="post" action="/login" class="stack">
        <input type="hidden" name="next" value={next} />
        <label for="token">Your token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          aria-describedby={why === undefined ? "hint" : "why hint"}
        />
        <p class="hint" id="hint">
          Tokens are given out in{" "}
          <code>EVENTFLOW_DESK_TOKENS</code>. What you do here is written down
          under your name.
        </p>
        <button type="submit" class="primary">Log in</button>
      </form>
    </main>
  );
}
