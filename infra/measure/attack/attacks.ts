import type { Attack } from "./attack.ts";
import { aHangingKafkaIsToldOfAtFullRate } from "./attacks/a_hanging_kafka_is_told_of_at_full_rate.ts";
import { bodiesBeyondTheLimitAreCutOff } from "./attacks/bodies_beyond_the_limit_are_cut_off.ts";
import { brokenOffBodiesHoldNoMemory } from "./attacks/broken_off_bodies_hold_no_memory.ts";
import { compressedBodiesHoldNoMemory } from "./attacks/compressed_bodies_hold_no_memory.ts";
import { connectionStormsDelayNobody } from "./attacks/connection_storms_delay_nobody.ts";
import { connectionStormsAtFullRateRefuseNobody } from "./attacks/connection_storms_at_full_rate_refuse_nobody.ts";
import { declaredBodiesKeepNobodyOut } from "./attacks/declared_bodies_keep_nobody_out.ts";
import { drippingBodiesKeepNobodyOut } from "./attacks/dripping_bodies_keep_nobody_out.ts";
import { endlessBlankLinesAreCutOff } from "./attacks/endless_blank_lines_are_cut_off.ts";
import { endlessChunkExtensionsAreCutOff } from "./attacks/endless_chunk_extensions_are_cut_off.ts";
import { endlessChunkSizesAreCutOff } from "./attacks/endless_chunk_sizes_are_cut_off.ts";
import { endlessTrailersAreCutOff } from "./attacks/endless_trailers_are_cut_off.ts";
import { halfClosedSendersHoldNothing } from "./attacks/half_closed_senders_hold_nothing.ts";
import { halfSentHeadersKeepNobodyOut } from "./attacks/half_sent_headers_keep_nobody_out.ts";
import { http2ContinuationsAreCutOff } from "./attacks/http2_continuations_are_cut_off.ts";
import { http2DataInSingleBytesHoldsNoMemory } from "./attacks/http2_data_in_single_bytes_holds_no_memory.ts";
import { http2ResetsDelayNobody } from "./attacks/http2_resets_delay_nobody.ts";
import { http2StreamsWithoutBodiesKeepNobodyOut } from "./attacks/http2_streams_without_bodies_keep_nobody_out.ts";
import { http2UnreadAnswersHoldNoMemory } from "./attacks/http2_unread_answers_hold_no_memory.ts";
import { idleConnectionsKeepNobodyOut } from "./attacks/idle_connections_keep_nobody_out.ts";
import { keptConnectionsKeepNobodyOut } from "./attacks/kept_connections_keep_nobody_out.ts";
import { largeDeclaredBodiesKeepNobodyOut } from "./attacks/large_declared_bodies_keep_nobody_out.ts";
import { largeHeadersAreCutOff } from "./attacks/large_headers_are_cut_off.ts";
import { largeUnsignedBodiesDelayNobody } from "./attacks/large_unsigned_bodies_delay_nobody.ts";
import { malformedRequestsDelayNobody } from "./attacks/malformed_requests_delay_nobody.ts";
import { manyHeadersAreCutOff } from "./attacks/many_headers_are_cut_off.ts";
import { nearlyWholeBodiesKeepNobodyOut } from "./attacks/nearly_whole_bodies_keep_nobody_out.ts";
import { oneByteChunksHoldNoMemory } from "./attacks/one_byte_chunks_hold_no_memory.ts";
import { oneByteSegmentsHoldNoMemory } from "./attacks/one_byte_segments_hold_no_memory.ts";
import { pipelinedRequestsDelayNobody } from "./attacks/pipelined_requests_delay_nobody.ts";
import { resetsBeforeTheyAreAcceptedDelayNobody } from "./attacks/resets_before_they_are_accepted_delay_nobody.ts";
import { runningOutOfFilesEndsNothing } from "./attacks/running_out_of_files_ends_nothing.ts";
import { scrapersAtTheWrongPortDelayNobody } from "./attacks/scrapers_at_the_wrong_port_delay_nobody.ts";
import { scrapersDelayNobody } from "./attacks/scrapers_delay_nobody.ts";
import { shortChunksWithLongExtensionsAreCutOff } from "./attacks/short_chunks_with_long_extensions_are_cut_off.ts";
import { staleLargeBodiesDelayNobody } from "./attacks/stale_large_bodies_delay_nobody.ts";
import { unreadAnswersHoldNoMemory } from "./attacks/unread_answers_hold_no_memory.ts";
import { unsignedFloodsDelayNobody } from "./attacks/unsigned_floods_delay_nobody.ts";
import { upgradesToHttp2DelayNobody } from "./attacks/upgrades_to_http2_delay_nobody.ts";

/** All attacks, by the names of their files, which are claims. */
export const attacks: Readonly<Record<string, Attack>> = {
  a_hanging_kafka_is_told_of_at_full_rate: aHangingKafkaIsToldOfAtFullRate,
  bodies_beyond_the_limit_are_cut_off: bodiesBeyondTheLimitAreCutOff,
  broken_off_bodies_hold_no_memory: brokenOffBodiesHoldNoMemory,
  compressed_bodies_hold_no_memory: compressedBodiesHoldNoMemory,
  connection_storms_at_full_rate_refuse_nobody:
    connectionStormsAtFullRateRefuseNobody,
  connection_storms_delay_nobody: connectionStormsDelayNobody,
  declared_bodies_keep_nobody_out: declaredBodiesKeepNobodyOut,
  dripping_bodies_keep_nobody_out: drippingBodiesKeepNobodyOut,
  endless_blank_lines_are_cut_off: endlessBlankLinesAreCutOff,
  endless_chunk_extensions_are_cut_off: endlessChunkExtensionsAreCutOff,
  endless_chunk_sizes_are_cut_off: endlessChunkSizesAreCutOff,
  endless_trailers_are_cut_off: endlessTrailersAreCutOff,
  half_closed_senders_hold_nothing: halfClosedSendersHoldNothing,
  half_sent_headers_keep_nobody_out: halfSentHeadersKeepNobodyOut,
  http2_continuations_are_cut_off: http2ContinuationsAreCutOff,
  http2_data_in_single_bytes_holds_no_memory:
    http2DataInSingleBytesHoldsNoMemory,
  http2_resets_delay_nobody: http2ResetsDelayNobody,
  http2_streams_without_bodies_keep_nobody_out:
    http2StreamsWithoutBodiesKeepNobodyOut,
  http2_unread_answers_hold_no_memory: http2UnreadAnswersHoldNoMemory,
  idle_connections_keep_nobody_out: idleConnectionsKeepNobodyOut,
  kept_connections_keep_nobody_out: keptConnectionsKeepNobodyOut,
  large_declared_bodies_keep_nobody_out: largeDeclaredBodiesKeepNobodyOut,
  large_headers_are_cut_off: largeHeadersAreCutOff,
  large_unsigned_bodies_delay_nobody: largeUnsignedBodiesDelayNobody,
  malformed_requests_delay_nobody: malformedRequestsDelayNobody,
  many_headers_are_cut_off: manyHeadersAreCutOff,
  nearly_whole_bodies_keep_nobody_out: nearlyWholeBodiesKeepNobodyOut,
  one_byte_chunks_hold_no_memory: oneByteChunksHoldNoMemory,
  one_byte_segments_hold_no_memory: oneByteSegmentsHoldNoMemory,
  pipelined_requests_delay_nobody: pipelinedRequestsDelayNobody,
  resets_before_they_are_accepted_delay_nobody:
    resetsBeforeTheyAreAcceptedDelayNobody,
  running_out_of_files_ends_nothing: runningOutOfFilesEndsNothing,
  scrapers_at_the_wrong_port_delay_nobody: scrapersAtTheWrongPortDelayNobody,
  scrapers_delay_nobody: scrapersDelayNobody,
  short_chunks_with_long_extensions_are_cut_off:
    shortChunksWithLongExtensionsAreCutOff,
  stale_large_bodies_delay_nobody: staleLargeBodiesDelayNobody,
  unread_answers_hold_no_memory: unreadAnswersHoldNoMemory,
  unsigned_floods_delay_nobody: unsignedFloodsDelayNobody,
  upgrades_to_http2_delay_nobody: upgradesToHttp2DelayNobody,
};
