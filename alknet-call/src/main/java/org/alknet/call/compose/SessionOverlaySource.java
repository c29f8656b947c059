package org.alknet.call.compose;

import java.util.Optional;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;

/**
 * Finds the session a call belongs to, which is the application's own affair (spec/call.md section
 * 10.1). A {@link SessionOperationEnv} is the usual answer.
 *
 * <p>Asked once for every call from outside, on the handler executor, before the handler runs. If
 * it throws, the call fails with {@code INTERNAL}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface SessionOverlaySource {
  /**
   * Returns the operations of the caller's session, which come before those of peers and of this
   * node.
   *
   * @param ctx the call; its environment is this node's own operations
   */
  Optional<OperationEnv> overlayFor(OperationContext ctx);
}
