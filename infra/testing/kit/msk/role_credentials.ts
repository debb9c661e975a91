import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { listening } from "../listening.ts";

/** Where tasks get the credentials of their roles, as ECS has it for each, and what it has given out. */
export type RoleCredentials = {
  /** What a task of a role is told. */
  environmentOf(role: string): Record<string, string>;
  /** How many credentials a role has had. */
  readonly given: ReadonlyMap<string, number>;
  close(): Promise<void>;
};

export type Rotation = {
  /** Milliseconds from one role's credentials to its next. */
  readonly everyMs: number;
  /** Milliseconds that credentials are good for: longer, as a task has its next ones in good time. */
  readonly lifeMs: number;
  /** Roles whose session has another name with each of their credentials, so that they are another principal. */
  readonly renamed: ReadonlySet<string>;
};

type Given = { readonly answer: string; readonly nextMs: number };

/**
 * Starts it.
 *
 * @param folder where each credentials' secret is written for the broker, by their access key
 */
export async function roleCredentials(
  folder: string,
  { everyMs, lifeMs, renamed }: Rotation,
): Promise<RoleCredentials> {
  await mkdir(folder, { recursive: true });
  const given = new Map<string, number>();
  const current = new Map<string, Promise<Given>>();
  const give = async (role: string): Promise<Given> => {
    const count = (given.get(role) ?? 0) + 1;
    given.set(role, count);
    const now = Date.now();
    const id = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    const secret = randomBytes(30).toString("base64");
    // As AWS's are: with what must be encoded in a URL.
    const session = `${randomBytes(300).toString("base64")}/+==`;
    const name = renamed.has(role) ? randomUUID() : "task";
    await writeFile(
      join(folder, `${id}.new`),
      Object.entries({
        secret,
        session,
        principal: `arn:aws:sts::111122223333:assumed-role/${role}/${name}`,
        endsMs: now + lifeMs,
      }).map(([key, value]) => `${key}=${value}\n`).join(""),
    );
    await rename(join(folder, `${id}.new`), join(folder, id));
    return {
      nextMs: now + everyMs,
      answer: JSON.stringify({
        AccessKeyId: id,
        SecretAccessKey: secret,
        Token: session,
        Expiration: new Date(now + lifeMs).toISOString(),
        RoleArn: `arn:aws:iam::111122223333:role/${role}`,
      }),
    };
  };
  const answerFor = async (role: string): Promise<string> => {
    const before = await current.get(role);
    if (before === undefined || Date.now() >= before.nextMs) {
      current.set(role, give(role));
    }
    return (await current.get(role))?.answer ?? "";
  };
  const server = createServer(({ url = "/" }, response) => {
    answerFor(url.slice(1)).then(
      (answer) => response.end(answer),
      () => response.writeHead(500).end(),
    );
  });
  const port = await listening(server);
  return {
    environmentOf: (role) => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/${role}`,
    }),
    given,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
