package org.alknet.testkit;

import org.alknet.core.identity.IdentityStore;
import org.alknet.core.identity.InMemoryIdentityStore;
import org.alknet.testkit.contract.IdentityStoreContract;

class InMemoryIdentityStoreContractTest extends IdentityStoreContract {
  @Override
  protected IdentityStore open() {
    return InMemoryIdentityStore.empty();
  }
}
