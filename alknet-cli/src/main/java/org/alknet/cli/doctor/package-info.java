/**
 * Finds out what is wrong with a node. Start with {@link org.alknet.cli.doctor.Doctor} (spec/cli.md
 * section 9.19).
 */
package org.alknet.cli.doctor;
