/** What the commands of an operator do to the node and the files of this machine. */
package org.alknet.cli.admin;
