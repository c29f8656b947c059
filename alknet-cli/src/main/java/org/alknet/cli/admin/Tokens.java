package org.alknet.cli.admin;

import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.identity.ApiKeys;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.TokenHash;

/** Bearer tokens: {@code alk_} and 32 random bytes in 43 characters. */
public final class Tokens {
  private Tokens() {}

  /** Makes a token, ASCII, which the caller wipes. */
  public static byte[] issue() {
    return issue(AuthPolicy.empty());
  }

  /** Makes a token whose beginning no key of a policy has, ASCII, which the caller wipes. */
  public static byte[] issue(AuthPolicy policy) {
    AuthToken token = ApiKeys.generate(policy).token();
    try {
      return token.revealTokenBytes();
    } finally {
      token.destroy();
    }
  }

  /**
   * Returns what is stored of a token.
   *
   * @throws CliException if it cannot be one
   */
  public static String hash(byte[] token) throws CliException {
    AuthToken copy = AuthToken.of(token);
    try {
      return TokenHash.of(copy)
          .orElseThrow(
              () ->
                  CliException.of(
                      ExitCodes.UNSAFE,
                      "this is no token: it is empty, longer than 4096 bytes or not UTF-8"));
    } finally {
      copy.destroy();
    }
  }
}
