import { EventsPerSecond, Short } from "@grafana/grafana-foundation-sdk/units";
import type { Row } from "../../layout.ts";
import { lines } from "../../panels.ts";
import { max, perSecond } from "../../promql.ts";

export const replays: Row = {
  title: "What Is Sent Again?",
  panels: [
    lines({
      title: "Replayed Records by Outcome",
      answers:
        "What comes of what is sent again at the dead-letter desk? dead_again: what was to be mended is not.",
      unit: EventsPerSecond,
      next: "eventflow-business",
      span: 12,
      isStacked: true,
      queries: {
        "{{outcome}}": perSecond(
          "eventflow_dead_letter_desk_replayed_records_total",
          "outcome",
        ),
      },
    }),
    lines({
      title: "Replays That Run or Wait",
      answers:
        "Is something sent again just now, or does a replay wait for a person? One pauses itself if too much fails again.",
      unit: Short,
      next: "eventflow-business",
      span: 12,
      queries: {
        "{{state}}": max("eventflow_dead_letter_desk_jobs", "state"),
      },
    }),
  ],
};
