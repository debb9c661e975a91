import { currencies, CURRENCIES_AS_OF } from "#contracts/currencies.ts";
import { code, generatedPage, table } from "./markdown.ts";

/** The currencies payments can be in, and until when. */
export function currenciesPage(): string {
  const all = [...currencies.values()];
  const inUse = all.filter(({ withdrawn }) => withdrawn === undefined);
  const gone = all.filter(({ withdrawn }) => withdrawn !== undefined)
    .sort((a, b) => b.untilMs - a.untilMs);
  const decimals = [...new Set(inUse.map((one) => one.decimals))].sort();
  return generatedPage({
    title: "Currencies",
    source: "`contracts/currencies.ts`",
    parts: [
      `ISO 4217 as of ${CURRENCIES_AS_OF}, by the lists one and three of its maintenance agency, SIX. Everything else is refused as ${
        code("unknown_currency")
      }: also what has no minor unit, as XXX, XTS, metals and units of account.`,
      `## In use: ${inUse.length}`,
      table(
        ["Decimals", "Currencies"],
        decimals.map((one) => [
          String(one),
          inUse.filter((currency) => currency.decimals === one)
            .map((currency) => currency.code).join(" "),
        ]),
      ),
      `## Withdrawn: ${gone.length}`,
      "A payment whose own time is before the end of that month, in UTC, passes.",
      table(
        ["Currency", "Decimals", "Withdrawn"],
        gone.map((currency) => [
          code(currency.code),
          String(currency.decimals),
          currency.withdrawn ?? "",
        ]),
      ),
      "## To bring it up to date",
      "SIX publishes both lists as XML when an amendment takes effect, a few times a year. Take over what is new in list one, move what has left it to the withdrawn ones with list three's month, set the date; the tests beside the table say what they expect otherwise.",
    ],
  });
}
