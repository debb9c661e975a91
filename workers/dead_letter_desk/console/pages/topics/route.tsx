/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import type { FlowNow, GroupNow, TopicNow } from "../../flow/flow.ts";
import { page } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { counted, durationText, thousands } from "../../parts/text.ts";

/** Where topics end, and how far whoever reads them is. */
export function topicsRoutes({ flow }: ConsoleDeps): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get("/topics", async (c) =>
    page(
      c,
      { title: "Topics and groups", section: "/topics", command: ["causes"] },
      <Topics flow={await flow.now()} />,
    ));
}

function Topics({ flow }: { readonly flow: FlowNow }) {
  return (
    <>
      <h1>Topics and groups</h1>
      {flow.groups.map((group) => <Group key={group.group} group={group} />)}
      <h2>Topics</h2>
      {flow.topics.map((topic) => <Topic key={topic.name} topic={topic} />)}
    </>
  );
}

function Group({ group }: { readonly group: GroupNow }) {
  const { service, topic, members, lag, lagSeconds, partitions, why } = group;
  return (
    <section class="box flush" aria-labelledby={`group-${group.group}`}>
      <h2 id={`group-${group.group}`}>
        {group.group === service ? service : `${service} (${group.group})`}{" "}
        <small>
          {why ?? [
            `reads ${topic}`,
            counted(members ?? 0, "member"),
            lag === 0
              ? "up to date"
              : `${counted(lag, "record")} behind${
                lagSeconds === undefined
                  ? ""
                  : `, ${durationText(lagSeconds * 1_000)}`
              }`,
          ].join(", ")}
        </small>
      </h2>
      {partitions.length === 0 ? null : (
        <Table
          caption={`Where ${service} is in ${topic}`}
          rows={partitions}
          keyOf={({ partition }) => String(partition)}
          columns={[
            {
              head: "Partition",
              isName: true,
              cell: ({ partition }) => partition,
            },
            {
              head: "Reads next",
              isNumber: true,
              cell: ({ position }) =>
                position === undefined ? "–" : thousands(position),
            },
            {
              head: "Behind",
              isNumber: true,
              cell: ({ lag }) => thousands(lag),
            },
          ]}
        />
      )}
    </section>
  );
}

function Topic({ topic }: { readonly topic: TopicNow }) {
  const { name, partitions, why } = topic;
  return (
    <section class="box flush" aria-labelledby={`topic-${name}`}>
      <h2 id={`topic-${name}`}>
        {name} <small>{why ?? counted(partitions.length, "partition")}</small>
      </h2>
      {partitions.length === 0 ? null : (
        <Table
          caption={`Partitions of ${name}`}
          rows={partitions}
          keyOf={({ partition }) => String(partition)}
          columns={[
            {
              head: "Partition",
              isName: true,
              cell: ({ partition }) => partition,
            },
            {
              head: "Begins",
              isNumber: true,
              cell: ({ start }) => thousands(start),
            },
            { head: "Ends", isNumber: true, cell: ({ end }) => thousands(end) },
            {
              head: "Offsets kept",
              isNumber: true,
              cell: ({ start, end }) => thousands(end - start),
            },
          ]}
        />
      )}
    </section>
  );
}
