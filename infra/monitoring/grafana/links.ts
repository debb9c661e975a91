import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { alertNamed } from "../prometheus/alerts.ts";

/** The boards, by their addresses, which bookmarks and links lead to. */
export const boards = {
  "eventflow-streaming-overview": "EventFlow Streaming Overview",
  "eventflow-on-call": "EventFlow On Call",
  "eventflow-business": "EventFlow Business",
  "eventflow-providers": "EventFlow Providers",
  "eventflow-anomalies": "EventFlow Anomalies",
} as const;

export type BoardUid = keyof typeof boards;

export type Link = { readonly title: string; readonly url: string };

/** To another board, of the same time and with the same choices. */
export function toBoard(uid: BoardUid): Link {
  const url = `/d/${uid}?\${__url_time_range}&\${__all_variables}`;
  return { title: boards[uid], url };
}

/** To the page that says what to do about an alert. */
export function toRunbook(alert: string): Link {
  return {
    title: `Runbook: ${alert}`,
    url: `\${runbooks}/${alertNamed(alert).runbook}`,
  };
}

export function linkBuilder({ title, url }: Link): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url)
    .targetBlank(true);
}

const TAG = "eventflow";

export const boardTags = [TAG];

/** Beside a board's title. */
export const toAllBoards: DashboardLink = {
  ...new DashboardLinkBuilder("EventFlow").type(DashboardLinkType.Dashboards)
    .tags(boardTags).keepTime(true).includeVars(true).build(),
  // Beside the title, and not in a menu, which the builder takes for granted.
  placement: undefined,
};
