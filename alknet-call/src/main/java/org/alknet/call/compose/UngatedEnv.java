package org.alknet.call.compose;

import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.ResponseEnvelope;
import tools.jackson.databind.JsonNode;

/**
 * A layer that can be asked without its own reachability check. The composite checks once for all
 * its layers; a layer that checked again could never be reached through a pin.
 */
interface UngatedEnv extends OperationEnv {
  /** Calls an operation whose reachability was checked. */
  CompletionStage<ResponseEnvelope> dispatchUngated(
      String name, JsonNode input, OperationContext parent, AbortPolicy policy);
}
