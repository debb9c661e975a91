/// <reference path="./broker.d.ts" />
import kafkajs from "kafkajs";
import type { PartitionAssigner } from "kafkajs";
// Imported, not required: Deno lets a program without the right to read import what it is made of.
import broker from "kafkajs/src/broker/index.js";
import type { Broker } from "kafkajs/src/broker/index.js";

/** Who a consumer is to the coordinator of its group. */
export type Membership = {
  memberId?: string;
  /** Who the consumer before it was, until that one has left. */
  former?: string | undefined;
};

type JoinGroup = Broker["joinGroup"];

const patchedJoinGroup = leavingFirst(broker.prototype.joinGroup);

/** Whose join offers a protocol. */
const memberships = new WeakMap<object, Membership>();

/**
 * Patches how kafkajs joins a group after a failure. A new consumer comes as a new member and lets the
 * old one be, whom the coordinator then waits for before it assigns anything: until its session is
 * over, and after the coordinator's restart or move sessions begin anew. So the old member leaves
 * before the new one joins. To join under the old member's id would do as well, but a follower that
 * joins again may stay in the same generation, in which a late commit of the old consumer would count.
 *
 * Safe to call more than once.
 */
export function patchJoins(): void {
  broker.prototype.joinGroup = patchedJoinGroup;
}

/** A join that is preceded by the leaving of whom the consumer takes the place of. */
export function leavingFirst(joinGroup: JoinGroup): JoinGroup {
  return async function (this: Broker, request) {
    const { groupId, groupProtocols } = request;
    const membership = groupProtocols.map((one) => memberships.get(one))
      .find((one) => one !== undefined) ?? {};
    const { former } = membership;
    if (former !== undefined) {
      await this.leaveGroup({ groupId, memberId: former }).catch((error) => {
        if (error.type !== "UNKNOWN_MEMBER_ID") throw error;
      });
      delete membership.former;
    }
    const answer = await joinGroup.call(this, request);
    membership.memberId = answer.memberId;
    return answer;
  };
}

/**
 * Assigns partitions round robin, and says when a join begins and for whom.
 *
 * @param joining keeps the consumer from joining if it throws
 *
 * kafkajs tells of a rebalance after it has happened, and not of every one. Its assigner, though, is
 * asked for its protocol at the start of each join, before the request is sent: the one moment from
 * which no commit of the old stay may be made any more. The protocol then goes with the request.
 */
export function offering(
  membership: Membership,
  joining: () => void,
): PartitionAssigner {
  return (config) => {
    const roundRobin = kafkajs.PartitionAssigners.roundRobin(config);
    return {
      ...roundRobin,
      protocol(subscription) {
        joining();
        const protocol = roundRobin.protocol(subscription);
        memberships.set(protocol, membership);
        return protocol;
      },
    };
  };
}
