/**
 * From the text of a configuration file to a tree with positions, and strict reading of the tool's
 * own tables (spec/cli.md section 6). Core validates its own keys.
 */
package org.alknet.cli.config;
