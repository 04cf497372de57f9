package io.duplex.internal.handshake;

import io.duplex.extension.ExtensionHeader;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.Persistence;
import io.duplex.http.RequestHead;
import java.util.List;
import java.util.Optional;

/** The next step of a server with a request that it has read ({@link ServerHandshake#decide}). */
public sealed interface RequestDecision {
    /**
     * The request is plain HTTP, and a handler may answer it.
     *
     * @param request     as the handler sees it, without its body
     * @param persistence whether the connection continues after the response
     */
    record Plain(HttpRequest request, Persistence persistence) implements RequestDecision {}

    /**
     * The request gets this response, and then the connection is closed.
     *
     * @param method   the request's method
     * @param response the answer, with a line of text for a person
     * @param reason   why, for an operator
     * @param origin   the {@code Origin}, if it was the cause
     * @param host     the {@code Host}, if it was the cause
     */
    record Refuse(String method, HttpResponse response, String reason, Optional<String> origin,
            Optional<String> host) implements RequestDecision {
        /**
         * A refusal whose cause is neither the origin nor the host.
         *
         * @param method   the request's method
         * @param response the answer
         * @param reason   why
         */
        public Refuse(String method, HttpResponse response, String reason) {
            this(method, response, reason, Optional.empty(), Optional.empty());
        }

        /**
         * The bytes of the response, with {@code Connection: close}.
         *
         * @return a new array
         */
        public byte[] encode() {
            return response.encode(method, Persistence.CLOSE);
        }
    }

    /**
     * The handshake is correct, and the endpoint's authorizer decides. Nothing is held for it: it can be
     * forgotten.
     *
     * @param head        the client's handshake
     * @param request     the same as the authorizer sees it, with the path parameters
     * @param endpoint    where it leads
     * @param subprotocol what the endpoint chose of the offered ones
     * @param offers      the extensions that the client offers, in its order
     */
    record ValidatedRequest(RequestHead head, HttpRequest request, EndpointConfig endpoint,
            Optional<String> subprotocol,
            List<ExtensionHeader> offers) implements RequestDecision {
        /** Copies the offers. */
        public ValidatedRequest {
            offers = List.copyOf(offers);
        }

        /**
         * The same with more known about the request.
         *
         * @param more the request as the authorizer shall see it
         * @return the candidate
         */
        public ValidatedRequest withRequest(HttpRequest more) {
            return more == request ? this : new ValidatedRequest(head, more, endpoint, subprotocol, offers);
        }

        /**
         * Ends the handshake with a refusal, such as the authorizer's.
         *
         * @param response the answer
         * @return the refusal of this request
         */
        public Refuse refuse(HttpResponse response) {
            return new Refuse(head.method(), response, "the authorizer refused");
        }
    }
}
