/**
 * Test doubles: connections in memory, scripted peers, a fake clock, a lossy network, leak checks.
 */
package org.alknet.testkit;
