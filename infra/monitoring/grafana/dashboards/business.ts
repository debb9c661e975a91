import type { Board } from "../board.ts";
import { fates } from "./business/fates.ts";
import { byCurrency, money } from "./business/money_rows.ts";
import { risk } from "./business/risk.ts";

export const business: Board = {
  uid: "eventflow-business",
  description:
    "Payments and amounts by currency, money at risk, what becomes of what providers send, and how risky it looks.",
  from: "now-6h",
  refresh: "30s",
  variables: ["currency"],
  rows: [money, byCurrency, fates, risk],
};
