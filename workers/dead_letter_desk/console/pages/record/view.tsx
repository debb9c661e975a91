/** @jsxImportSource hono/jsx */
import { amountText } from "../../../queries/amount_text.ts";
import type { Person } from "../../../http/tokens.ts";
import type { LetterView } from "../../../queries/letter.ts";
import type { Counted } from "../../../queries/letters.ts";
import type { Step } from "../../../queries/payment.ts";
import { unsignedText } from "../../../queries/unsigned.ts";
import { may } from "../../may.ts";
import { Form } from "../../parts/csrf.tsx";
import { Data, State } from "../../parts/data.tsx";
import { Journey } from "../../parts/journey.tsx";
import { counted, thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";
import { laidOut, markedText } from "./marked_text.ts";

type Props = {
  readonly letter: LetterView;
  readonly journey: readonly Step[];
  /** Open dead letters of the same payment, this one among them. */
  readonly neighbours: Counted;
  readonly topic: string;
  readonly person: Person;
  readonly traceUrl: string | undefined;
  readonly grafanaUrl: string | undefined;
};

export function Record(props: Props) {
  const { letter, journey, neighbours, topic } = props;
  return (
    <>
      <div class="head">
        <h1>Record {letter.letter}</h1>
        <p>
          <State state={letter.state} />
        </p>
      </div>
      <p>
        <strong>
          <Data text={letter.error_message} />
        </strong>{" "}
        <small>
          {visible(letter.service)}, {visible(letter.code)}
        </small>
      </p>
      <Overtaken {...props} />
      <Actions {...props} />
      <div class="columns">
        <Body letter={letter} person={props.person} />
        <div>
          <Facts {...props} />
          <Headers letter={letter} />
        </div>
      </div>
      {letter.payment_id === null
        ? null
        : (
          <section class="box" aria-labelledby="journey">
            <div class="head">
              <h2 id="journey">
                Life of payment{" "}
                <a href={`/payments/${encodeURIComponent(letter.payment_id)}`}>
                  <Data text={letter.payment_id} />
                </a>
              </h2>
              {neighbours.count > 1
                ? (
                  <a
                    href={`/dead-letters/records?id=${
                      encodeURIComponent(letter.payment_id)
                    }`}
                  >
                    {counted(neighbours.count, "open dead letter")} of it
                  </a>
                )
                : null}
            </div>
            <Journey steps={journey} here={`${topic}/${letter.letter}`} />
          </section>
        )}
    </>
  );
}

/** Later events that passed: whoever replays this one should know. */
function Overtaken({ letter, journey }: Props) {
  const passed = letter.state !== "open" ? [] : journey.filter(
    ({ kind, at }) =>
      kind === "row" && Date.parse(at) > Date.parse(letter.failed_at),
  );
  if (passed.length === 0) return null;
  return (
    <p class="warning" role="note">
      {counted(passed.length, "event")} of this payment{" "}
      {passed.length === 1 ? "was" : "were"}{" "}
      stored after this one failed: a replay comes behind{" "}
      {passed.length === 1 ? "it" : "them"}.
    </p>
  );
}

function Actions({ letter: { letter, state }, person }: Props) {
  if (!may(person, "dryRun")) return null;
  const its = `?letter=${letter}`;
  return (
    <div class="buttons" id="actions">
      {state !== "open" && state !== "quarantined"
        ? null
        : (
          <a class="button" href={`/dead-letters/dry-run${its}&state=${state}`}>
            Dry run
          </a>
        )}
      {!may(person, "act")
        ? null
        : state === "open" || state === "quarantined"
        ? (
          <>
            <a
              class="button"
              href={`/dead-letters/${letter}/edit`}
              data-key="edit"
            >
              Edit
            </a>
            <a
              class="button primary"
              href={`/dead-letters/replay${its}&state=${state}`}
              data-key="replay"
            >
              Replay
            </a>
            <a
              class="button"
              href={`/dead-letters/discard${its}&state=${state}`}
            >
              Discard
            </a>
            {state === "quarantined"
              ? null
              : (
                <a class="button" href={`/dead-letters/quarantine${its}`}>
                  Quarantine
                </a>
              )}
          </>
        )
        : state === "discarded"
        ? <a class="button" href={`/dead-letters/restore${its}`}>Restore</a>
        : null}
    </div>
  );
}

function Body({ letter, person }: {
  readonly letter: LetterView;
  readonly person: Person;
}) {
  const { body, issues, letter: place } = letter;
  if (body === null) {
    return (
      <section class="box" aria-labelledby="body">
        <h2 id="body">Body</h2>
        <p>
          The record has no value, or is not kept any more. Its place in the
          index stays.
        </p>
      </section>
    );
  }
  const { pieces, missing } = markedText(laidOut(body.text), issues);
  return (
    <section class="box" aria-labelledby="body">
      <div class="head">
        <h2 id="body">
          Body <small>{counted(body.bytes, "byte")}</small>
        </h2>
        {body.is_masked && may(person, "unmask")
          ? (
            <Form action={`/dead-letters/${place}`} class="inline">
              <button type="submit">Show as it is (written down)</button>
            </Form>
          )
          : <small>{body.is_masked ? "masked" : "as it is"}</small>}
      </div>
      <pre tabindex={0} aria-label="Body, laid out, faults marked">
        {pieces.map(({ text, wrong }, n) =>
          wrong === null ? visible(text) : (
            <mark key={n} title={visible(wrong)}>{visible(text)}</mark>
          )
        )}
      </pre>
      {issues.length === 0 ? null : (
        <ul class="issues">
          {issues.map(({ path, message }) => (
            <li key={path}>
              <code>
                <Data text={path} />
              </code>{" "}
              <Data text={message} />
              {missing.some((one) => one.path === path)
                ? <small>(not there)</small>
                : null}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>
          {body.is_masked ? "As it came, masked" : "As it came, byte for byte"}
        </summary>
        <pre
          tabindex={0}
          aria-label="Body as it came"
        >{visible(body.text)}</pre>
      </details>
    </section>
  );
}

function Facts({ letter, traceUrl, grafanaUrl }: Props) {
  const { trace_id } = letter;
  return (
    <section class="box" aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl class="facts">
        <dt>Failed</dt>
        <dd>
          <Time at={letter.failed_at} />
        </dd>
        <dt>Received</dt>
        <dd>
          <Time at={letter.received_at} />
        </dd>
        <dt>Amount</dt>
        <dd>
          {letter.amount === null
            ? "–"
            : `${amountText(letter.amount, letter.currency)} ${
              visible(letter.currency ?? "")
            }`}
        </dd>
        {letter.provider === null ? null : (
          <>
            <dt>Provider</dt>
            <dd>
              <Data text={letter.provider} />
              {letter.account === null ? null : (
                <>
                  , account <Data text={letter.account} />
                </>
              )}
            </dd>
          </>
        )}
        {letter.item === null || letter.items === null ? null : (
          <>
            <dt>Is</dt>
            <dd>
              {letter.item} of {letter.items} things in this webhook
            </dd>
          </>
        )}
        <dt>Payment</dt>
        <dd>
          <Data text={letter.payment_id} />
        </dd>
        <dt>Event</dt>
        <dd>
          <Data text={letter.event_id} />
          {letter.event_type === null ? null : (
            <>
              , <Data text={letter.event_type} />
            </>
          )}
        </dd>
        {letter.unsigned.length === 0 ? null : (
          <>
            <dt>Not signed</dt>
            <dd>
              <Data text={unsignedText(letter.unsigned)} />
            </dd>
          </>
        )}
        <dt>Cause</dt>
        <dd>
          <a href={`/dead-letters/records?cause=${letter.cause}`}>
            <Data text={letter.message} />
          </a>
        </dd>
        <dt>Failed at</dt>
        <dd>
          <Data text={letter.source} />
        </dd>
        {letter.origin === letter.source ? null : (
          <>
            <dt>Origin</dt>
            <dd>
              <Data text={letter.origin} />
            </dd>
          </>
        )}
        <dt>Tries</dt>
        <dd>{thousands(letter.attempts)}</dd>
        {letter.replay_of === null ? null : (
          <>
            <dt>Replay of</dt>
            <dd>
              <Data text={letter.replay_of} />, the{" "}
              {letter.replay_nth}. time, by{" "}
              <a href={`/replays/${letter.replay_job}`}>job</a>
            </dd>
          </>
        )}
        {letter.edited_by_job === null ? null : (
          <>
            <dt>Edited</dt>
            <dd>
              by{" "}
              <a href={`/replays/${letter.edited_by_job}`}>a job</a>: nobody
              signed these bytes
            </dd>
          </>
        )}
        {trace_id === null ? null : (
          <>
            <dt>Trace</dt>
            <dd>
              {traceUrl === undefined
                ? <code>{visible(trace_id)}</code>
                : (
                  <a href={traceUrl.replaceAll("{trace_id}", trace_id)}>
                    <code>{visible(trace_id)}</code>
                  </a>
                )}
            </dd>
          </>
        )}
        {grafanaUrl === undefined ? null : (
          <>
            <dt>Grafana</dt>
            <dd>
              <a href={around(grafanaUrl, letter.failed_at)}>
                Boards around that time
              </a>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

const AROUND_MS = 15 * 60 * 1_000;

/** Grafana takes a time range in the address of any of its pages. */
function around(grafanaUrl: string, at: string): string {
  const ms = Date.parse(at);
  const url = URL.parse("dashboards", grafanaUrl.replace(/\/?$/, "/"));
  if (url === null) return grafanaUrl;
  url.searchParams.set("from", String(ms - AROUND_MS));
  url.searchParams.set("to", String(ms + AROUND_MS));
  return url.href;
}

function Headers({ letter: { key, headers } }: {
  readonly letter: LetterView;
}) {
  return (
    <section class="box" aria-labelledby="headers">
      <h2 id="headers">Key and headers</h2>
      <dl class="facts">
        <dt>Key</dt>
        <dd>
          <Data text={key} />
        </dd>
        {headers.map(({ name, value }, n) => (
          <div class="pair" key={n}>
            <dt>
              <Data text={name} />
            </dt>
            <dd>
              <Data text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
