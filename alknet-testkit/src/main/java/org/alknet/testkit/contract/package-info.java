/**
 * What every implementation of core's interfaces has to do, as test classes to extend. Stages are
 * waited for, never assumed to be complete.
 */
package org.alknet.testkit.contract;
