package org.alknet.testkit;

import org.alknet.core.credential.CredentialStore;
import org.alknet.core.credential.InMemoryCredentialStore;
import org.alknet.testkit.contract.CredentialStoreContract;

class InMemoryCredentialStoreContractTest extends CredentialStoreContract {
  @Override
  protected CredentialStore open() {
    return InMemoryCredentialStore.empty();
  }
}
