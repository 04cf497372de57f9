package io.duplex.internal.runtime;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The order in which addresses are tried (RFC 8305 section 4): the families in turn, so that a broken one
 * costs one attempt before the other gets its chance. The resolver's order decides which family is first, and
 * the order within each.
 */
final class AddressOrder {
    private AddressOrder() {}

    static List<InetAddress> alternating(List<InetAddress> addresses) {
        Queue<InetAddress> turn = new ArrayDeque<>();
        Queue<InetAddress> other = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            boolean first = address.getClass() == addresses.getFirst().getClass();
            (first ? turn : other).add(address);
        }
        List<InetAddress> order = new ArrayList<>(addresses.size());
        while (!turn.isEmpty()) {
            order.add(turn.remove());
            if (!other.isEmpty()) {
                Queue<InetAddress> before = turn;
                turn = other;
                other = before;
            }
        }
        return order;
    }
}
