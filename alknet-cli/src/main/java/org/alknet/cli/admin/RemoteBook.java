package org.alknet.cli.admin;

import java.util.Optional;
import java.util.regex.Pattern;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.assembly.SavedRemotes;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;

/**
 * The saved remotes of a data directory, as an operator changes them.
 *
 * <p>Not thread-safe.
 */
public final class RemoteBook {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final DataDirectory directory;
  private SavedRemotes remotes;

  private RemoteBook(DataDirectory directory, SavedRemotes remotes) {
    this.directory = directory;
    this.remotes = remotes;
  }

  /**
   * Opens the book.
   *
   * @throws NodeException if it cannot be read
   */
  public static RemoteBook open(DataDirectory directory) throws NodeException {
    return new RemoteBook(directory, SavedRemotes.load(directory));
  }

  /** Returns what is in it. */
  public SavedRemotes remotes() {
    return remotes;
  }

  /**
   * Returns the provider under which the token of a remote is stored.
   *
   * @param name of the remote
   */
  public static String provider(String name) {
    return "remote:" + name;
  }

  /**
   * Makes sure that a remote may be saved under a name.
   *
   * @param replace whether there may be one already
   * @throws CliException if not
   */
  public void checkNew(String name, boolean replace) throws CliException {
    if (!NAME.matcher(name).matches()) {
      throw CliException.of(
          ExitCodes.USAGE,
          "not a name for a remote: " + name,
          "A name is 1 to 64 letters, digits, dots, underscores and hyphens, for example hub.");
    }
    if (!replace && remotes.find(name).isPresent()) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          "there is a remote " + name + " already",
          "--replace puts this one in its place.");
    }
  }

  /**
   * Returns a remote.
   *
   * @throws CliException if there is none of this name
   */
  public SavedRemote get(String name) throws CliException {
    return remotes
        .find(name)
        .orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.MISSING,
                    "there is no remote named " + name,
                    "alknet remote list  shows the names there are."));
  }

  /**
   * Saves a remote.
   *
   * @param select whether commands talk to it if nobody says otherwise
   */
  public void put(String name, SavedRemote remote, boolean select) throws NodeException {
    remotes = remotes.with(name, remote);
    if (select) {
      remotes = remotes.select(Optional.of(name));
    }
    remotes.save(directory);
  }

  /**
   * Chooses the remote commands talk to if nobody says otherwise; empty for the local node.
   *
   * @throws CliException if there is none of this name
   */
  public void select(Optional<String> name) throws CliException, NodeException {
    if (name.isPresent()) {
      get(name.get());
    }
    remotes = remotes.select(name);
    remotes.save(directory);
  }

  /** Forgets a remote. */
  public void remove(String name) throws CliException, NodeException {
    get(name);
    remotes = remotes.without(name);
    remotes.save(directory);
  }
}
