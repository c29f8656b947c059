package org.alknet.testkit;

/**
 * What a {@link UdpRelay} has done in one direction so far, in datagrams.
 *
 * <p>Immutable.
 *
 * @param received came in
 * @param forwarded went out, copies included
 * @param dropped vanished by chance
 * @param duplicated went out twice
 * @param reordered were overtaken on purpose
 * @param corrupted had a bit flipped
 * @param blackHoled vanished because nothing passed at all
 * @param overflowed vanished because a bound was reached: too many clients, too many under way, or
 *     the operating system took no more
 */
public record RelayCounts(
    long received,
    long forwarded,
    long dropped,
    long duplicated,
    long reordered,
    long corrupted,
    long blackHoled,
    long overflowed) {}
