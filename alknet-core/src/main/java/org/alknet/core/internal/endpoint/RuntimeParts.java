package org.alknet.core.internal.endpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;

/**
 * The optional parts of an endpoint.
 *
 * @param executor where handlers run, or empty for one of the endpoint's own
 * @param audit where security events go
 * @param metrics where numbers go
 * @param admission who may connect
 * @param signal tells that the node stops
 * @param warnings bounds how often a remote can make the log grow
 * @param nanoTime monotonic clock by which Retry tokens age
 * @param stuckAfter how long a handler may go on after its connection ended before that is told
 */
public record RuntimeParts(
    Optional<Executor> executor,
    AuditLog audit,
    CoreMetrics metrics,
    Admission admission,
    ShutdownSignal signal,
    SampledWarnings warnings,
    LongSupplier nanoTime,
    Duration stuckAfter) {}
