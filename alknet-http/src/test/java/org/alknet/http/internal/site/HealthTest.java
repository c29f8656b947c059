package org.alknet.http.internal.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.gateway.GatewayDispatch;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.Origins;
import org.alknet.http.server.Stealth;
import org.alknet.http.testing.TestIdentities;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final Peer PEER =
      new Peer() {
        @Override
        public Optional<InetSocketAddress> address() {
          return Optional.empty();
        }

        @Override
        public boolean isLocalCleartext() {
          return false;
        }

        @Override
        public void credentialRejected() {
          throw new AssertionError("nobody presented a credential");
        }
      };

  private static HttpReply health(Site site) {
    RequestHead head =
        new RequestHead(
            "GET", "/up", Optional.empty(), "localhost", HttpFields.none(), false, PEER);
    return ((Verdict.Answer) site.decide(head)).reply();
  }

  @Test
  void theHealthCheckKnowsThatTheEndIsNear() {
    try (RootInvoker invoker = RootInvoker.of(OperationRegistry.empty(), CallLimits.defaults())) {
      Site site =
          new Site(
              new SiteSettings(
                  new GatewayDispatch(invoker, new TestIdentities()),
                  Map.of(),
                  Set.of(),
                  CustomRoutes.none(),
                  new Decoy.NotFound(),
                  Stealth.OFF,
                  Origins.none(),
                  Set.of(),
                  Optional.of("/up"),
                  false,
                  HttpLimits.defaults()),
              Runnable::run);

      assertThat(health(site).status()).isEqualTo(200);
      site.drain();
      assertThat(health(site).status()).isEqualTo(503);
    }
  }
}
