/**
 * What a node tells about itself: metrics, audit events and log lines. Start at {@link
 * org.alknet.core.observe.CoreMetrics} and {@link org.alknet.core.observe.AuditLog}. Implementations
 * are thread-safe and called on transport threads (spec/core.md section 17).
 */
package org.alknet.core.observe;
