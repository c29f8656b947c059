package org.alknet.call.wire;

import org.alknet.call.connection.CallLimits;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as the call protocol means it, for envelopes and for every front end whose values end up in
 * one: numbers keep every digit, texts are as long as a frame, and no failure quotes its input.
 *
 * <p>Immutable.
 */
public final class JsonDialect {
  /** Most characters of one number. */
  public static final int MAX_NUMBER_LENGTH = 1000;

  private JsonDialect() {}

  /**
   * Returns the settings of a mapper, to be completed.
   *
   * @param factory gets the limits and keeps what else it has
   * @param maxNesting deepest nesting of what is read
   */
  public static JsonMapper.Builder over(JsonFactoryBuilder factory, int maxNesting) {
    return JsonMapper.builder(
            factory
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(maxNesting)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(CallLimits.MAX_FRAME_BYTES)
                        .maxNameLength(CallLimits.MAX_FRAME_BYTES)
                        .build())
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
  }
}
