package org.alknet.call.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** The compatibility kit of Reactive Streams on everything that we publish. */
class PublisherTckTest {
  /** Required by the rules, and neither the kit nor anybody else can test them from outside. */
  private static final String NOT_TESTABLE = "untested_";

  /** Our publishers serve one subscriber, as their documentation says. */
  private static final List<String> FOR_MANY_SUBSCRIBERS =
      List.of(
          "optional_spec111_maySupportMultiSubscribe",
          "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfront",
          "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfrontAndCompleteAsExpected",
          "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne",
          "optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals");

  /** The registry's publishers never fail: a failure is their last element. */
  private static final List<String> FOR_FAILING_PUBLISHERS =
      List.of(
          "optional_spec104_mustSignalOnErrorWhenFails",
          "required_spec109_mayRejectCallsToSubscribeIfPublisherIsUnableOrUnwillingToServeThemRejectionMustTriggerOnErrorAfterOnSubscribe");

  /** The number is refused as required, in words of our own. */
  private static final String SPECIFIC_MESSAGE =
      "optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage";

  /** How the kit says that a refusal, which is one element, is too short for a test. */
  private static final String TOO_SHORT = "Unable to run this test, as required elements nr:";

  private static TestListenerAdapter run(Class<?> verification) {
    TestListenerAdapter results = new TestListenerAdapter();
    TestNG kit = new TestNG(false);
    kit.setVerbose(0);
    kit.setTestClasses(new Class<?>[] {verification});
    kit.addListener(results);
    kit.run();
    return results;
  }

  private static boolean isTooShort(Class<?> verification, ITestResult result) {
    return verification == RefusalTck.class
        && String.valueOf(result.getThrowable().getMessage()).startsWith(TOO_SHORT);
  }

  private static Set<String> names(List<ITestResult> results) {
    return results.stream()
        .map(result -> result.getMethod().getMethodName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void verify(Class<?> verification, List<String> skipped, int atLeast) {
    TestListenerAdapter results = run(verification);

    assertThat(results.getConfigurationFailures()).isEmpty();
    assertThat(results.getFailedTests())
        .as("broken rules")
        .extracting(result -> result.getName() + ": " + result.getThrowable())
        .isEmpty();
    Set<String> notRun =
        names(
            results.getSkippedTests().stream()
                .filter(result -> !isTooShort(verification, result))
                .toList());
    notRun.removeIf(name -> name.startsWith(NOT_TESTABLE) || name.equals(SPECIFIC_MESSAGE));
    assertThat(notRun).isSubsetOf(skipped);
    assertThat(names(results.getPassedTests())).hasSizeGreaterThanOrEqualTo(atLeast);
  }

  @ParameterizedTest
  @ValueSource(classes = {ConnectionTck.class, RootInvokerTck.class})
  void subscriptionsForOneSubscriberKeepTheRules(Class<?> verification) {
    verify(verification, FOR_MANY_SUBSCRIBERS, 20);
  }

  @Test
  void theStreamsOfTheRegistryKeepTheRules() {
    verify(RegistryTck.class, FOR_FAILING_PUBLISHERS, 20);
  }

  @Test
  void aRefusalKeepsTheRulesForOneElement() {
    verify(RefusalTck.class, FOR_FAILING_PUBLISHERS, 10);
  }
}
