import type {
  RejectionCause,
  SecretName,
} from "#contracts/rejected_webhook.ts";

/** What tells refusals of one cause apart, in closed words: never a number, so that they are few. */
export function detailOf(why: RejectionCause): string {
  return Object.entries(why).flatMap(([key, value]) => {
    if (key === "cause" || typeof value === "number" || value === null) {
      return [];
    }
    if (Array.isArray(value)) return [value.join("+")];
    return typeof value === "object" ? [nameOf(value)] : [value];
  }).join(" ");
}

/** Why, as a sentence without its full stop, for whoever has to do something about it. */
export function sentenceOf(why: RejectionCause): string {
  switch (why.cause) {
    case "header_missing":
      return `the header of the ${why.missing.join(" and of the ")} is missing`;
    case "headers_of_another_scheme":
      return `signed in the way of ${why.scheme}: it was sent to the address of another provider`;
    case "timestamp_malformed":
      return `the timestamp is no number of seconds (${words(why.form)})`;
    case "timestamp_in_another_unit":
      return `the timestamp is in ${why.unit}, not in seconds`;
    case "stale":
      return `signed ${why.seconds} s ago, and ${why.tolerance_seconds} s are tolerated: it was held back, or the sender's clock is slow${
        signed(why.signed_with)
      }`;
    case "from_the_future":
      return `signed ${why.seconds} s in the future, and ${why.tolerance_seconds} s are tolerated: the sender's clock is fast${
        signed(why.signed_with)
      }`;
    case "signature_encoding":
      return `the signature is written as ${
        words(why.encoding)
      }, which is not how its provider writes it${signed(why.signed_with)}`;
    case "signature_truncated":
      return `the signature has ${why.digits} digits of 64${
        signed(why.signed_with)
      }`;
    case "signature_algorithm":
      return `signed by ${why.algorithm}, not by SHA-256${
        signed(why.signed_with)
      }`;
    case "signature_malformed":
      return `the signature is none (${words(why.form)})`;
    case "secret_in_the_open":
      return `the secret itself was sent in the place of its signature: exchange it (${
        nameOf(why.signed_with)
      })`;
    case "retired_secret":
      return `signed with ${
        nameOf(why.signed_with)
      }: the sender has not taken the new one`;
    case "another_secret":
      return `signed with another secret that the intake has: ${
        nameOf(why.signed_with)
      }`;
    case "another_address_signed":
      return `signed for another address than the one that is set up, which differs by ${
        words(why.differs)
      }: what the provider's console has is what must be set up`;
    case "wrong_password":
      return "the password beside the signature is not the one that is set up";
    case "documentation_secret":
      return "signed with the secret that stands in the documentation";
    case "secret_misread":
      return `the sender has the secret with a mistake in it (${
        words(why.misreading)
      }): ${nameOf(why.signed_with)}`;
    case "body_altered":
      return `the body was altered after it was signed (${
        words(why.alteration)
      }): look at what stands between sender and intake`;
    case "another_text_signed":
      return `another text was signed than timestamp, full stop and body (${
        words(why.text)
      })`;
    case "unknown_secret":
      return "signed with a secret that nobody here knows, or the body is another one";
    case "body_not_examined":
      return `the signature does not fit, and the body was not looked into (${
        words(why.why)
      })`;
    case "not_json":
      return `the body is not JSON (${words(why.form)})`;
    case "not_an_object":
      return `the body is JSON, but no object (${why.form})`;
    default:
      return words(why.cause);
  }
}

function signed(by: SecretName | null): string {
  return by === null ? "" : `; signed with ${nameOf(by)}`;
}

function nameOf({ provider, account, which }: SecretName): string {
  const whose = account === undefined ? provider : `${provider}/${account}`;
  return `the ${which} secret of ${whose}`;
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}
