/**
 * What a node is told: the static part, fixed for the process, and the dynamic part, replaced as a
 * whole while it runs. Start at {@link org.alknet.core.config.StaticConfig} and {@link
 * org.alknet.core.config.ConfigReloadHandle}. No file format is known here; {@link
 * org.alknet.core.config.ConfigLoader} reads a neutral tree. Values are immutable, the rest
 * thread-safe unless it says otherwise (spec/core.md sections 13 and 16).
 */
package org.alknet.core.config;
