package io.duplex.client;

import io.duplex.internal.runtime.Literals;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The hosts in {@code no_proxy}: {@code *} for all; a domain with its subdomains, with or without a leading
 * dot; an address; a network such as {@code 10.0.0.0/8}. They are separated by commas or spaces. Nothing is
 * resolved: a name never matches an address. Immutable.
 */
final class NoProxy {
    private final List<Predicate<String>> entries;

    private NoProxy(List<Predicate<String>> entries) {
        this.entries = entries;
    }

    static NoProxy of(String value) {
        return new NoProxy(Stream.of(value.toLowerCase(Locale.ROOT).split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .map(NoProxy::entry)
                .toList());
    }

    /** @param host a name or an address in lower case, an IPv6 address without brackets */
    boolean contains(String host) {
        String plain = withoutLastDot(host);
        return entries.stream().anyMatch(entry -> entry.test(plain));
    }

    private static Predicate<String> entry(String text) {
        if (text.equals("*")) {
            return host -> true;
        }
        String plain =
                text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        int slash = plain.indexOf('/');
        Optional<InetAddress> address = Literals.address(slash < 0 ? plain : plain.substring(0, slash));
        if (address.isPresent()) {
            byte[] network = address.get().getAddress();
            int bits = slash < 0 ? network.length * Byte.SIZE : bits(plain.substring(slash + 1));
            return host -> Literals.address(host)
                    .map(InetAddress::getAddress)
                    .filter(other -> isWithin(other, network, bits))
                    .isPresent();
        }
        String name = withoutLastDot(plain.startsWith(".") ? plain.substring(1) : plain);
        return host -> host.equals(name) || host.endsWith("." + name) && Literals.address(host).isEmpty();
    }

    /** Text that is not a number matches no address. */
    private static int bits(String digits) {
        return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    }

    private static boolean isWithin(byte[] address, byte[] network, int bits) {
        if (address.length != network.length || bits > network.length * Byte.SIZE) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> i % Byte.SIZE;
            if (((address[i / Byte.SIZE] ^ network[i / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
