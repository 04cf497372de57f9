package io.duplex.internal.proxy;

import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.transport.ByteLayer;
import java.nio.ByteBuffer;

/**
 * A tunnel through a SOCKS 5 proxy (RFC 1928), with user name and password (RFC 1929) if there are any. A
 * name is resolved by the proxy. Each of its answers is checked byte by byte, so that an invalid one fails at
 * its first wrong byte and nothing is buffered.
 */
final class Socks5Layer extends TunnelLayer {
    private static final int VERSION = 5;

    private final TunnelTarget target;
    private Part part = Part.METHOD_VERSION;
    /** Remaining bytes of the bound address and port, which have no meaning for a client. */
    private int rest;

    /** The next part of the answer. */
    private enum Part {
        METHOD_VERSION, METHOD, LOGIN_VERSION, LOGIN_STATUS, REPLY_VERSION, REPLY, RESERVED, ADDRESS_TYPE,
        NAME_LENGTH, REST
    }

    /**
     * @param above  what gets the tunnel, new
     * @param proxy  who makes it
     * @param target where it leads
     * @throws ProxyException if the name is too long for SOCKS
     */
    Socks5Layer(ByteLayer above, ProxyServer proxy, TunnelTarget target) throws ProxyException {
        super(above, proxy);
        this.target = target;
        if (target.host().length() > Socks5Messages.MAX_NAME_BYTES) {
            throw new ProxyException(Reason.REFUSED, proxy, "the proxy " + proxy
                    + " cannot be asked: the server's name is longer than the "
                    + Socks5Messages.MAX_NAME_BYTES + " bytes that SOCKS 5 can say");
        }
    }

    @Override
    byte[] greeting() {
        return Socks5Messages.methods(proxy().credentials().isPresent());
    }

    @Override
    boolean answered(ByteBuffer src) throws ProxyException {
        if (part == Part.REST) {
            int count = Math.min(rest, src.remaining());
            src.position(src.position() + count);
            rest -= count;
        } else {
            part = next(src.get() & 0xFF);
        }
        return part == Part.REST && rest == 0;
    }

    private Part next(int b) throws ProxyException {
        return switch (part) {
            case METHOD_VERSION -> {
                requireSocks5(b);
                yield Part.METHOD;
            }
            case METHOD -> method(b);
            case LOGIN_VERSION -> {
                require(b == 1, "answered version " + b + " of the user name and password, not 1");
                yield Part.LOGIN_STATUS;
            }
            case LOGIN_STATUS -> loggedIn(b);
            case REPLY_VERSION -> {
                requireSocks5(b);
                yield Part.REPLY;
            }
            case REPLY -> reply(b);
            case RESERVED -> Part.ADDRESS_TYPE;
            case ADDRESS_TYPE -> addressType(b);
            case NAME_LENGTH -> rest(b);
            case REST -> throw new AssertionError("not read byte by byte");
        };
    }

    private void require(boolean condition, String whatItDid) throws ProxyException {
        if (!condition) {
            throw failure(Reason.PROTOCOL, whatItDid);
        }
    }

    private void requireSocks5(int version) throws ProxyException {
        require(version != 'H',
                "does not answer in SOCKS 5 but in HTTP, it seems; its URL begins with http:// then");
        require(version == VERSION, "does not answer in SOCKS 5: the first byte is " + version);
    }

    private Part method(int method) throws ProxyException {
        boolean known = proxy().credentials().isPresent();
        switch (method) {
            case Socks5Messages.NO_AUTHENTICATION -> {
                return request();
            }
            case Socks5Messages.USER_AND_PASSWORD -> {
                require(known, "chose a user name and password, which it was not offered");
                say(Socks5Messages.login(proxy().credentials().orElseThrow()));
                return Part.LOGIN_VERSION;
            }
            case Socks5Messages.NONE_ACCEPTABLE -> throw failure(Reason.AUTHENTICATION, known
                    ? "takes neither a user name and password nor a client without; Duplex speaks no "
                            + "other method"
                    : "wants authentication, and it was given no credentials");
            default ->
                throw failure(Reason.PROTOCOL, "chose method " + method + ", which it was not offered");
        }
    }

    private Part loggedIn(int status) throws ProxyException {
        if (status != 0) {
            throw failure(Reason.AUTHENTICATION, "rejects the user name and password");
        }
        return request();
    }

    private Part request() {
        say(Socks5Messages.connect(target));
        return Part.REPLY_VERSION;
    }

    private Part reply(int code) throws ProxyException {
        if (code != 0) {
            throw failure(Socks5Messages.reason(code),
                    "opened no tunnel to " + target + ": " + Socks5Messages.words(code));
        }
        return Part.RESERVED;
    }

    private Part addressType(int type) throws ProxyException {
        return switch (type) {
            case Socks5Messages.IPV4 -> rest(4);
            case Socks5Messages.IPV6 -> rest(16);
            case Socks5Messages.NAME -> Part.NAME_LENGTH;
            default -> throw failure(Reason.PROTOCOL,
                    "answered with an address of type " + type + ", which does not exist");
        };
    }

    private Part rest(int addressBytes) {
        rest = addressBytes + Short.BYTES;
        return Part.REST;
    }
}
