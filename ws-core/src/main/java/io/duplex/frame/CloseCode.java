package io.duplex.frame;

/** The status codes of the closing handshake (RFC 6455 section 7.4 and the IANA registry it founded). */
public final class CloseCode {
    /** The purpose of the connection is fulfilled. */
    public static final int NORMAL = 1000;
    /** An endpoint goes away: a server stops, a browser leaves the page. */
    public static final int GOING_AWAY = 1001;
    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** A type of data that the endpoint does not accept. */
    public static final int UNSUPPORTED_DATA = 1003;
    /** Never on the wire: a Close frame came without a code. */
    public static final int NO_STATUS = 1005;
    /** Never on the wire: the connection ended without a Close frame. */
    public static final int ABNORMAL = 1006;
    /** Data that does not fit the message's type, such as text that is not UTF-8. */
    public static final int INVALID_PAYLOAD = 1007;
    /** A message that breaks the receiver's policy. */
    public static final int POLICY_VIOLATION = 1008;
    /** A message that is too big to process. */
    public static final int MESSAGE_TOO_BIG = 1009;
    /** The client needs an extension that the server did not negotiate. */
    public static final int MANDATORY_EXTENSION = 1010;
    /** The endpoint met a condition that it did not expect. */
    public static final int INTERNAL_ERROR = 1011;
    /** The service restarts; come back later (IANA registry). */
    public static final int SERVICE_RESTART = 1012;
    /** The service is overloaded; come back later (IANA registry). */
    public static final int TRY_AGAIN_LATER = 1013;
    /** A gateway got an invalid answer from upstream (IANA registry). */
    public static final int BAD_GATEWAY = 1014;
    /** Never on the wire: the TLS handshake failed. */
    public static final int TLS_HANDSHAKE = 1015;

    private CloseCode() {}

    /**
     * Tells whether a Close frame may carry the code: 1000 to 1014 without 1004, 1005 and 1006, and 3000 to
     * 4999.
     *
     * @param code any number
     * @return true if the code may be sent and received
     */
    public static boolean isValidOnWire(int code) {
        return code >= 3000
                ? code <= 4999
                : code >= NORMAL && code <= BAD_GATEWAY && (code < 1004 || code > ABNORMAL);
    }
}
