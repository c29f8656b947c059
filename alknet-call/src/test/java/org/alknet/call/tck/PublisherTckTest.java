package org.alknet.call.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
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

  /** How the kit says that a refusal, which is one element, is too short for a test. */
  private static final String TOO_SHORT = "Unable to run this test, as required elements nr:";

  /** Runs the kit on one kind of publisher; every method of the kit becomes a test of its own. */
  private static Stream<DynamicNode> rules(Class<?> verification, List<String> unsuitable) {
    TestListenerAdapter results = new TestListenerAdapter();
    TestNG kit = new TestNG(false);
    kit.setVerbose(0);
    kit.setTestClasses(new Class<?>[] {verification});
    kit.addListener(results);
    kit.run();
    assertThat(results.getConfigurationFailures()).isEmpty();
    assertThat(results.getPassedTests()).as("kept rules").isNotEmpty();
    return Stream.of(results.getPassedTests(), results.getFailedTests(), results.getSkippedTests())
        .flatMap(List::stream)
        .filter(result -> !doesNotApply(result, verification, unsuitable))
        .map(result -> dynamicTest(result.getName(), () -> report(result)));
  }

  /** Whether the kit skipped a rule for a reason we have named. */
  private static boolean doesNotApply(
      ITestResult result, Class<?> verification, List<String> unsuitable) {
    return result.getStatus() == ITestResult.SKIP
        && (result.getName().startsWith(NOT_TESTABLE)
            || unsuitable.contains(result.getName())
            || (verification == RefusalTck.class
                && String.valueOf(result.getThrowable().getMessage()).startsWith(TOO_SHORT)));
  }

  /** What the kit skipped for any other reason fails like a broken rule. */
  private static void report(ITestResult result) throws Throwable {
    if (!result.isSuccess()) {
      throw result.getThrowable();
    }
  }

  @TestFactory
  Stream<DynamicNode> subscriptionsOverAConnectionKeepTheRules() {
    return rules(ConnectionTck.class, FOR_MANY_SUBSCRIBERS);
  }

  @TestFactory
  Stream<DynamicNode> subscriptionsOfOtherFrontEndsKeepTheRules() {
    return rules(RootInvokerTck.class, FOR_MANY_SUBSCRIBERS);
  }

  @TestFactory
  Stream<DynamicNode> theStreamsOfTheRegistryKeepTheRules() {
    return rules(RegistryTck.class, FOR_FAILING_PUBLISHERS);
  }

  @TestFactory
  Stream<DynamicNode> aRefusalKeepsTheRulesForOneElement() {
    return rules(RefusalTck.class, FOR_FAILING_PUBLISHERS);
  }

  /** Were a broken rule not reported, everything above would prove nothing. */
  @Test
  void aPublisherThatBreaksARuleIsReported() {
    List<String> broken = new ArrayList<>();
    rules(SpeakingUnasked.class, List.of())
        .forEach(
            node -> {
              try {
                ((DynamicTest) node).getExecutable().execute();
              } catch (Throwable failure) {
                broken.add(node.getDisplayName());
              }
            });

    assertThat(broken)
        .contains(
            "required_spec101_subscriptionRequestMustResultInTheCorrectNumberOfProducedElements");
  }
}
