/** Secrets of tests, and the listener that looks out for them. */
package org.alknet.canary;
