package io.duplex.internal.proxy;

import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.http.BasicCredentials;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.http.ResponseReader;
import io.duplex.transport.ByteLayer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tunnel through an HTTP proxy by CONNECT (RFC 9110 section 9.3.6), with Basic authentication (RFC 7617) in
 * the first request if there are credentials, because a second request usually needs a second connection. It
 * reads the head of the answer only.
 */
final class HttpConnectLayer extends TunnelLayer {
    /** The maximum number of interim responses (1xx) before the answer. They are ignored. */
    static final int MAX_INTERIM_RESPONSES = 8;
    private static final int MAX_REASON_CHARS = 100;
    private static final Set<Integer> TEMPORARY = Set.of(408, 429);

    private final TunnelTarget target;
    private ResponseReader reader = new ResponseReader(HeadLimits.DEFAULT);
    private int interim;
    private boolean begun;

    /**
     * @param above  what gets the tunnel, new
     * @param proxy  who makes it
     * @param target where it leads
     */
    HttpConnectLayer(ByteLayer above, ProxyServer proxy, TunnelTarget target) {
        super(above, proxy);
        this.target = target;
    }

    @Override
    byte[] greeting() {
        HttpHeaders.Builder headers = HttpHeaders.builder().add("Host", target.toString());
        proxy().credentials()
                .ifPresent(given -> headers.add("Proxy-Authorization",
                        BasicCredentials.encode(given.user(), given.password())));
        return new RequestHead("CONNECT", target.toString(), HttpVersion.HTTP_1_1, headers.build()).encode();
    }

    @Override
    boolean answered(ByteBuffer src) throws ProxyException {
        if (!begun) {
            begun = true;
            requireHttp(src.get(src.position()));
        }
        Optional<ResponseHead> head;
        try {
            head = reader.read(src);
        } catch (HttpException fault) {
            throw new ProxyException(Reason.PROTOCOL, proxy(),
                    "the answer of the proxy " + proxy() + " is not valid HTTP: " + fault.getMessage(),
                    fault);
        }
        return head.isPresent() && stands(head.get());
    }

    /** Each of the usual mistakes shows in the first byte. */
    private void requireHttp(byte first) throws ProxyException {
        switch (first) {
            case 0x15 -> throw failure(Reason.PROTOCOL, "answered in TLS; its URL begins with https:// then");
            case 0x05 ->
                throw failure(Reason.PROTOCOL, "answered in SOCKS 5; its URL begins with socks5:// then");
            default -> {
                // The reader reports the error.
            }
        }
    }

    /**
     * RFC 9110 section 9.3.6: the fields of a 2xx about a body are ignored; the tunnel begins directly after
     * it.
     */
    private boolean stands(ResponseHead head) throws ProxyException {
        return switch (head.status() / 100) {
            case 1 -> {
                passInterim(head);
                yield false;
            }
            case 2 -> true;
            default -> throw refusal(head);
        };
    }

    private void passInterim(ResponseHead head) throws ProxyException {
        if (head.status() == HttpStatus.SWITCHING_PROTOCOLS) {
            throw failure(Reason.PROTOCOL, "answered 101, though no other protocol was asked for", head);
        }
        interim++;
        if (interim > MAX_INTERIM_RESPONSES) {
            throw failure(Reason.PROTOCOL,
                    "sent more than " + MAX_INTERIM_RESPONSES + " interim responses and no answer", head);
        }
        reader = new ResponseReader(HeadLimits.DEFAULT);
    }

    private ProxyException refusal(ResponseHead head) {
        int status = head.status();
        // 401 is the status of servers, but tinyproxy uses it for a wrong password.
        if (status == 407 || status == 401) {
            return failure(Reason.AUTHENTICATION, wishes(head), head);
        }
        boolean temporary = status >= 500 || TEMPORARY.contains(status);
        return failure(temporary ? Reason.TARGET : Reason.REFUSED,
                "opened no tunnel to " + target + ": it answered " + statusText(head), head);
    }

    private String wishes(ResponseHead head) {
        List<String> schemes = Challenges.schemes(head.headers()
                .all(head.status() == 407 ? "Proxy-Authenticate" : "WWW-Authenticate"));
        String wanted = "(" + head.status() + ") "
                + (schemes.isEmpty() ? "without a scheme" : "by " + String.join(", ", schemes));
        if (proxy().credentials().isEmpty()) {
            return "wants authentication " + wanted + ", and it was given no credentials";
        }
        return schemes.isEmpty() || schemes.stream().anyMatch("Basic"::equalsIgnoreCase)
                ? "rejects the user name and password; it wants authentication " + wanted
                : "wants authentication " + wanted + ", none of which Duplex supports: it supports Basic";
    }

    private ProxyException failure(Reason reason, String whatItDid, ResponseHead head) {
        return new ProxyException(reason, proxy(), "the proxy " + proxy() + " " + whatItDid, head);
    }

    /** With the proxy's own reason phrase, which often says more than the standard one. */
    static String statusText(ResponseHead head) {
        String reason = head.reason().isBlank() ? HttpStatus.reason(head.status()) : visible(head.reason());
        return (head.status() + " " + reason).strip();
    }

    /** Text from a proxy is logged. */
    private static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .limit(MAX_REASON_CHARS)
                .forEach(c -> shown.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
        return text.length() > MAX_REASON_CHARS ? shown.append("...").toString() : shown.toString();
    }
}
