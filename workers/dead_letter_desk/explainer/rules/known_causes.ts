/**
 * What codes, refusals and anomalies mean, and what to do about them. A code that is not here is told by its own sentence.
 *
 * @module
 */
import type { ErrorCode } from "#contracts/error_codes.ts";
import type { RejectionCause } from "#contracts/rejected_webhook.ts";

/** Of codes that a patch does not mend. */
export const codes: Partial<Readonly<Record<ErrorCode, string>>> = {
  empty_value:
    "Something wrote records without a value into the topic. The intake never does: look at who else may write there.",
  not_json:
    "The body is no JSON: it was cut off, or is of another format. Have the sender send it again.",
  not_an_object:
    "The body is JSON, but no object. Have the sender send events one by one.",
  too_deep:
    "The body nests deeper than readers can go. No payment needs that: ask the sender what it is.",
  duplicate_key:
    "A key stands twice in an object, and readers differ in which they take. Which one counts only the sender knows.",
  not_portable:
    "The body has a number or a character that not every reader can hold. Edit one record by hand, or have it sent again.",
  unknown_event_type:
    "No contract has this type of event. If it is new, it needs a contract; then replay the letters.",
  unknown_currency:
    "ISO 4217 has no such currency at the payment's time. If it is a new one, update the table of currencies, then replay.",
  too_many_decimals:
    "The amount has more decimals than its currency. Whether it is to be rounded, or is of another unit, only the sender knows.",
  unknown_exponent:
    "How many decimals the provider's amounts have in this currency is not known. Enter it from the provider's documentation, then replay.",
  reused_transmission:
    "A body came again under the id of another. Somebody may be repeating a signature: compare both before you replay anything.",
  conflicting_duplicate:
    "Another event with this event_id is stored. Compare the two: one of them is the sender's mistake.",
  not_storable:
    "The database cannot hold a value of the event. Edit it by hand, or have it sent again.",
  too_large:
    "What follows from the record is larger than its topic takes. Raise the topic's limit, then replay.",
  unexpected_error:
    "The service has a mistake that this record brings out. Mend the service, then replay: the letters need no edit.",
};

/** Of refused webhooks. */
export const refusals: Partial<
  Readonly<Record<RejectionCause["cause"], string>>
> = {
  header_missing:
    "A header that the signature needs is missing. A proxy may take it out, or the sender signs in another way.",
  headers_of_another_scheme:
    "The webhook is signed in the way of another provider: it was sent to the wrong address.",
  timestamp_malformed:
    "The timestamp cannot be read: the sender writes it in another form.",
  timestamp_in_another_unit:
    "The timestamp is in another unit than seconds: the sender has to divide it.",
  stale:
    "The signature is too old. Webhooks are held back on their way, or the sender's clock is slow.",
  from_the_future:
    "The signature is of the future: the sender's clock is fast.",
  signature_encoding:
    "The signature is right and written in another encoding: the sender has to change how it writes it.",
  signature_truncated: "The signature is cut off on its way, or by the sender.",
  signature_algorithm: "The sender signs by another algorithm than SHA-256.",
  secret_in_the_open:
    "The secret itself was sent in the place of a signature. It is known to whoever saw it: exchange it at once.",
  retired_secret:
    "The sender still signs with a secret that was taken out of service: give it the new one.",
  another_secret:
    "The sender signs with the secret of another account: one of the two is set up with the other's.",
  another_address_signed:
    "The sender signs another address than the one that is set up: make the two the same.",
  documentation_secret:
    "The sender signs with the secret that stands in the documentation: give it its own.",
  secret_misread:
    "The sender has the secret with a mistake in it: have it entered again.",
  body_altered:
    "Something between sender and intake alters bodies after they are signed: a proxy that prints JSON anew does so.",
  another_text_signed:
    "The sender signs another text than the one that its scheme asks for.",
  unknown_secret:
    "Signed with a secret that nobody here knows. Either the secret at the provider was exchanged, or it is not the provider: do not accept it before you know.",
  card_number:
    "A whole card number is in the body, and is not let in. Have the sender leave it out.",
  missing_token: "The request has no token: the sender is not set up.",
  bad_token:
    "The token is none that is accepted: it was exchanged, or was mistyped.",
};

/** Of anomalies, by the signal. */
export const signals: Readonly<Record<string, string>> = {
  volume:
    "Far fewer or far more payments come than at this time of the day. Compare with the provider's status, with refused webhooks and with your own sales.",
  approval:
    "A smaller or larger share of payments is approved than usual. Compare classes of declines: one issuer, one kind of card, or a rule that somebody has changed.",
  decline_mix:
    "Payments are declined for other reasons than usual. One class that grows names who has to look: issuers, fraud, data or technique.",
  amounts:
    "Amounts are of another size than usual: a unit may have changed, such as cents for units, or somebody tries cards.",
  duplicates:
    "The provider sends more events again than usual: its deliveries time out, or it replays.",
  refused_signatures:
    "More webhooks are refused than usual: a secret was exchanged, or somebody tries.",
  unmapped:
    "More webhooks are of types that no mapping knows: the provider has new ones.",
  disputes:
    "More payments are disputed than usual. Look for one merchant, one instrument or one day of sale.",
};
