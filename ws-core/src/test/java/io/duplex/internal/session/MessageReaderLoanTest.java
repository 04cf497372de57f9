package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.extension.ExtensionHeader;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.PoolControl;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every connection borrows its reader: nothing of one borrower passes to the next. */
class MessageReaderLoanTest {
    private static final int RSV1 = 4;
    private static final Limits SMALL = new Limits(5, 4, 2, 1000);

    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void oneForAll() {
        PoolControl.capacity(1);
    }

    @AfterEach
    void restore() {
        PoolControl.restore();
    }

    /** What a borrower is: how it receives, and whether it has an extension. */
    enum Kind {
        WHOLE, PARTS, WHOLE_EXTENDED, PARTS_EXTENDED;

        Delivery delivery() {
            return this == WHOLE || this == WHOLE_EXTENDED ? Delivery.WHOLE : Delivery.PARTS;
        }

        boolean isExtended() {
            return this == WHOLE_EXTENDED || this == PARTS_EXTENDED;
        }
    }

    // ---- a loan without a session

    /** A connection as the reader knows it. */
    private final class Borrower {
        private final String name;
        private final Kind kind;
        private final Role role;
        private final Limits limits;
        private final MemoryBudget memory = new MemoryBudget(1 << 20);
        private final Extension extension;
        private final Callbacks callbacks;
        private final PayloadSlices slices = new PayloadSlices();
        private MessageReader reader;

        Borrower(String name, Kind kind) {
            this(name, kind, Role.CLIENT, Limits.DEFAULT);
        }

        Borrower(String name, Kind kind, Role role, Limits limits) {
            this.name = name;
            this.kind = kind;
            this.role = role;
            this.limits = limits;
            extension = new Prefix(name);
            callbacks = new DirectCallbacks(mock(WebSocket.class), new Handler(name, kind.delivery()),
                    new ConnectionListener() {}, thrown -> {
                        throw new AssertionError(thrown);
                    });
        }

        MessageReader borrow() {
            reader = MessageReader.POOL.borrow(this);
            ExtensionChain chain =
                    ExtensionChain.of(kind.isExtended() ? List.of(extension) : List.of());
            reader.serve(
                    Pair.context(role, ConnectionOptions.CLIENT.withLimits(limits), List.of(),
                            Optional.empty(), memory),
                    kind.delivery(), chain, callbacks, slices);
            return reader;
        }

        void giveBack() {
            MessageReader.POOL.giveBack(reader, this);
        }

        void receive(Frames... frames) throws WebSocketProtocolException {
            receive(Frames.join(Stream.of(frames).map(Frames::bytes).toArray(byte[][]::new)));
        }

        void receive(byte... wire) throws WebSocketProtocolException {
            ByteBuffer src = ByteBuffer.wrap(wire.clone());
            slices.begin(src);
            MessageReader.Event event;
            do {
                event = reader.next(src, new WorkBudget());
                switch (event) {
                    case PING, PONG, CLOSE -> seen.add(name + " " + event.name().toLowerCase() + " "
                            + Payload.copyOf(reader.controlPayload()).text());
                    case DATA, NEED_MORE -> {
                        // The handler has it.
                    }
                }
            } while (event != MessageReader.Event.NEED_MORE);
            reader.readEnded();
        }
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Kind.values())
                .flatMap(first -> Stream.of(Kind.values()).map(second -> Arguments.of(first, second)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatWasReturnedServesTheNextConnection(Kind first, Kind second) throws WebSocketProtocolException {
        Borrower one = new Borrower("first", first);
        Borrower two = new Borrower("second", second);
        MessageReader reader = one.borrow();
        one.receive(Frames.text("a"), Frames.ping("b"));
        one.giveBack();
        assertSame(reader, two.borrow());
        two.receive(Frames.text("c"), Frames.ping("d"));
        assertEquals(List.of("first a.", "first ping b", "second c.", "second ping d"), seen);
    }

    @ParameterizedTest
    @EnumSource
    void theNextConnectionHasItsOwnRoleAndLimits(Kind kind) throws WebSocketProtocolException {
        for (Kind before : Kind.values()) {
            Borrower client = new Borrower("client", before);
            client.borrow();
            client.receive(Frames.text("many bytes"));
            client.giveBack();
            assertRefused(kind, ProtocolError.UNMASKED_FRAME, Frames.text(""));
            assertRefused(kind,
                    kind.isExtended() ? ProtocolError.MESSAGE_TOO_BIG : ProtocolError.FRAME_TOO_BIG,
                    Frames.binary(new byte[6]).mask());
            assertRefused(kind, ProtocolError.MESSAGE_TOO_BIG, Frames.binary(new byte[4]).notFinal().mask(),
                    Frames.continuation(new byte[2]).mask());
            assertRefused(kind, ProtocolError.TOO_MANY_FRAGMENTS, Frames.binary().notFinal().mask(),
                    Frames.continuation().notFinal().mask(), Frames.continuation().mask());
        }
    }

    /** Given back though it has thrown, which no connection does: a loan begins anew all the same. */
    private void assertRefused(Kind kind, ProtocolError error, Frames... frames) {
        Borrower server = new Borrower("refused", kind, Role.SERVER, SMALL);
        server.borrow();
        assertEquals(error,
                assertThrows(WebSocketProtocolException.class, () -> server.receive(frames)).error());
        server.giveBack();
    }

    @Test
    void reservedBitsEndWithTheLoan() throws WebSocketProtocolException {
        Borrower extended = new Borrower("extended", Kind.WHOLE_EXTENDED);
        extended.borrow();
        extended.receive(Frames.text("a").withRsv(RSV1));
        extended.giveBack();
        Borrower plain = new Borrower("plain", Kind.WHOLE);
        plain.borrow();
        assertEquals(ProtocolError.RESERVED_BIT, assertThrows(WebSocketProtocolException.class,
                () -> plain.receive(Frames.text("a").withRsv(RSV1))).error());
    }

    /** Beginnings of frames and messages; an extended connection also has compressed ones. */
    private static List<Frames> beginnings(Kind kind) {
        List<Frames> beginnings = new ArrayList<>(List.of(Frames.text("EVIL").notFinal(), Frames.text("EVIL"),
                Frames.ping("EVIL"), Frames.binary((byte) 1), Frames.text("\u20ac").notFinal(),
                Frames.binary(new byte[300])));
        if (kind.isExtended()) {
            beginnings.add(Frames.text("EVIL").notFinal().withRsv(RSV1));
            beginnings.add(Frames.text("\u20ac").withRsv(RSV1));
        }
        return beginnings;
    }

    /** Returned in the worst state: the reset at the next loan does not rely on what a borrower does. */
    @ParameterizedTest
    @MethodSource("pairs")
    void nothingOfAnUnfinishedMessageIsLeft(Kind attacking, Kind attacked) throws WebSocketProtocolException {
        for (Frames beginning : beginnings(attacking)) {
            for (int cut = 1; cut < beginning.bytes().length; cut++) {
                Borrower attacker = new Borrower("attacker", attacking);
                MessageReader reader = attacker.borrow();
                attacker.receive(Arrays.copyOf(beginning.bytes(), cut));
                attacker.giveBack();
                assertUntouched(reader, new Borrower("victim", attacked), beginning + " cut at " + cut);
            }
        }
    }

    private void assertUntouched(MessageReader reader, Borrower victim, String how)
            throws WebSocketProtocolException {
        seen.clear();
        assertSame(reader, victim.borrow(), how);
        assertTrue(reader.isIdle(), how);
        assertFalse(reader.inMessage(), how);
        assertEquals(0, reader.messageNumber(), how);
        assertEquals(0, reader.wireBytes(), how);
        victim.receive(Frames.text("in").notFinal(), Frames.ping("p"), Frames.continuation((byte) 110));
        boolean whole = victim.kind.delivery() == Delivery.WHOLE;
        assertEquals(whole
                ? List.of("victim ping p", "victim inn.")
                : List.of("victim in-", "victim ping p", "victim n."), seen, how);
        seen.clear();
        if (victim.kind.isExtended()) {
            victim.receive(Frames.text("x").withRsv(RSV1));
            assertEquals(whole ? List.of("victim <victim>x.") : List.of("victim <victim>x-", "victim ."),
                    seen,
                    how);
        }
        assertEquals(1, victim.reader.messageNumber() - (victim.kind.isExtended() ? 1 : 0), how);
        assertEquals(0, victim.memory.usedBytes(), how);
        victim.giveBack();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void nothingOfAFailureIsLeft(Kind attacking, Kind attacked) throws WebSocketProtocolException {
        for (Frames breach : List.of(Frames.of(3), Frames.continuation(), Frames.of(1, (byte) 0xFF),
                Frames.of(1, (byte) 0xE2), Frames.text("").mask(), Frames.ping("").notFinal())) {
            Borrower attacker = new Borrower("attacker", attacking);
            MessageReader reader = attacker.borrow();
            assertThrows(WebSocketProtocolException.class, () -> attacker.receive(breach));
            attacker.giveBack();
            assertUntouched(reader, new Borrower("victim", attacked), breach.toString());
        }
    }

    /** Its memory is the last borrower's, and goes with the connection. */
    @ParameterizedTest
    @MethodSource("pairs")
    void aReservationIsNotPassedOn(Kind attacking, Kind attacked) throws WebSocketProtocolException {
        Borrower attacker = new Borrower("attacker", attacking);
        MessageReader reader = attacker.borrow();
        attacker.receive(
                Frames.binary(new byte[40_000]).notFinal().withRsv(attacking.isExtended() ? RSV1 : 0));
        attacker.giveBack();
        Borrower victim = new Borrower("victim", attacked);
        assertUntouched(reader, victim, "after a reservation");
        victim.borrow();
        victim.receive(Frames.binary(new byte[40_000]).notFinal());
        victim.reader.release();
        assertEquals(0, victim.memory.usedBytes());
    }

    @Test
    void theNextConnectionAccountsForItsOwnInflater() throws WebSocketProtocolException {
        for (String name : List.of("attacker", "victim")) {
            Borrower borrower = new Borrower(name, Kind.WHOLE_EXTENDED);
            borrower.borrow();
            borrower.receive(Frames.text("").notFinal().withRsv(RSV1));
            assertEquals(48 << 10, borrower.memory.usedBytes(), name);
            borrower.giveBack();
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void messagesThatWereNotReportedAreNotTheNextConnections(Kind first, Kind second)
            throws WebSocketProtocolException {
        Borrower one = new Borrower("first", first);
        one.borrow();
        one.receive(Frames.text("abc"));
        one.giveBack();
        Borrower two = new Borrower("second", second);
        two.borrow();
        Traffic traffic = mock(Traffic.class);
        two.reader.report(traffic);
        verifyNoMoreInteractions(traffic);
        two.receive(Frames.text("de"));
        two.reader.report(traffic);
        verify(traffic).received(1, 2);
    }

    /** It has no receiver any more, so the call fails; what it has changed before is not the next one's. */
    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfABorrowerThatGoesOnAfterItsReturn(Kind kind) throws WebSocketProtocolException {
        Borrower late = new Borrower("late", kind);
        MessageReader reader = late.borrow();
        byte[] wire = Frames.text("EVIL").bytes();
        late.receive(Arrays.copyOf(wire, 4));
        late.giveBack();
        assertThrows(NullPointerException.class,
                () -> late.receive(Arrays.copyOfRange(wire, 4, wire.length)));
        Borrower next = new Borrower("next", kind);
        next.borrow();
        Traffic traffic = mock(Traffic.class);
        reader.report(traffic);
        verifyNoMoreInteractions(traffic);
        next.giveBack();
        assertUntouched(reader, new Borrower("victim", kind), "after a late call");
    }

    /** Otherwise an idle pool would keep connections alive, and their buffers. */
    @ParameterizedTest
    @EnumSource
    void aPoolRetainsNothingOfTheConnection(Kind kind) throws Exception {
        Borrower borrower =
                new Borrower("borrower", kind, Role.CLIENT, new Limits(1000, 1000, 10, 1000));
        MessageReader reader = borrower.borrow();
        borrower.receive(Frames.binary(new byte[300]).withRsv(kind.isExtended() ? RSV1 : 0),
                Frames.ping("EVIL"), Frames.text("EVIL").notFinal().withRsv(kind.isExtended() ? RSV1 : 0));
        List<Object> its = new ArrayList<>(
                List.of(borrower.callbacks, borrower.slices, borrower.memory, borrower.limits));
        if (kind.isExtended()) {
            its.add(borrower.extension);
        }
        ByteBuffer control = reader.controlPayload();
        for (Object each : its) {
            assertTrue(reachable(reader).contains(each), each + " is not looked for in the right place");
        }
        borrower.giveBack();
        Set<Object> retained = reachable(reader);
        for (Object each : its) {
            assertFalse(retained.contains(each), () -> "retains " + each);
        }
        assertFalse(retained.contains(control), "retains the buffer of a control frame");
        assertFalse(retained.stream().anyMatch(each -> each instanceof byte[] bytes && bytes.length >= 256),
                "retains the array of a message");
    }

    /** All objects that fields of the core's classes lead to, optional values and lists. */
    private static Set<Object> reachable(Object from) throws IllegalAccessException {
        Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(from, found);
        return found;
    }

    private static void collect(Object object, Set<Object> found) throws IllegalAccessException {
        if (object instanceof Optional<?> optional) {
            collect(optional.orElse(null), found);
        } else if (object instanceof List<?> list) {
            for (Object element : list) {
                collect(element, found);
            }
        } else if (object != null && found.add(object)) {
            for (Class<?> type = object.getClass(); type != null && type.getName().startsWith("io.duplex.");
                    type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        collect(field.get(object), found);
                    }
                }
            }
        }
    }

    // ---- loans of sessions

    /** Every way to receive. */
    enum Style {
        WHOLE, PARTS, EXTENDED, BLOCKING;

        Endpoint open(List<String> seen, Limits limits) {
            ConnectionOptions options = Pair.options(ConnectionOptions.SERVER).withLimits(limits);
            Inbox inbox = new Inbox();
            Solo solo = switch (this) {
                case WHOLE, PARTS -> new Solo(Role.SERVER, handler(seen), options);
                case EXTENDED -> new Solo(Role.SERVER, handler(seen), options, List.of(new Prefix("x")));
                case BLOCKING -> new Solo(Role.SERVER, inbox, options);
            };
            return new Endpoint(this, solo.connect(), seen);
        }

        private WebSocketHandler handler(List<String> seen) {
            return new SessionHandler(seen, this == PARTS ? Delivery.PARTS : Delivery.WHOLE);
        }

        /** Compressed if it can be. */
        Frames begin(String text) {
            return Frames.text(text).notFinal().withRsv(this == EXTENDED ? RSV1 : 0);
        }
    }

    private record Endpoint(Style style, Solo solo, List<String> seen) {
        /** Receives a message of two fragments around a ping, and checks all that follows from it. */
        void assertReceivesItsOwn() throws Exception {
            seen.clear();
            solo.feed(style.begin("ab"), Frames.ping("p"), Frames.continuation((byte) 'c'));
            if (style == Style.BLOCKING) {
                seen.add(((Message.Text) solo.socket().receive(Duration.ofSeconds(1))).text());
            }
            assertEquals(style == Style.EXTENDED ? "<x>ab<x>c" : "abc", String.join("", seen));
            assertEquals(List.of("pong p"), solo.sentInWords());
        }
    }

    static Stream<Arguments> stylePairs() {
        return Stream.of(Style.values())
                .flatMap(first -> Stream.of(Style.values()).map(second -> Arguments.of(first, second)));
    }

    @ParameterizedTest
    @MethodSource("stylePairs")
    void connectionsOfAllStylesTakeTurnsWithOneReader(Style first, Style second) throws Exception {
        MessageReader.POOL.giveBack(MessageReader.POOL.borrow(this), this);
        long lent = MessageReader.POOL.lent();
        Endpoint one = first.open(seen, Limits.DEFAULT);
        Endpoint two = second.open(seen, Limits.DEFAULT);
        for (int i = 0; i < 2; i++) {
            one.assertReceivesItsOwn();
            two.assertReceivesItsOwn();
            assertEquals(lent, MessageReader.POOL.lent(), "an idle connection has none");
            assertEquals(1, MessageReader.POOL.idle());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionHasAReaderInsideAFrameOrAMessageOnly(Style style) {
        long lent = MessageReader.POOL.lent();
        Solo solo = style.open(seen, Limits.DEFAULT).solo();
        byte[] wire = Solo.wire(Role.SERVER, style.begin("ab"), Frames.ping("cd"),
                Frames.continuation((byte) 'e'));
        for (int i = 0; i < wire.length; i++) {
            solo.feed(new byte[] { wire[i] });
            assertEquals(lent + (i < wire.length - 1 ? 1 : 0), MessageReader.POOL.lent(), "after byte " + i);
        }
    }

    /** Ways to fail after the beginning of a message, which the reader finds. */
    private static List<Frames> breaches() {
        return List.of(Frames.of(0, (byte) 0xFF), Frames.text("a message inside another"), Frames.of(3),
                Frames.continuation().withRsv(RSV1), Frames.ping("p").notFinal(),
                Frames.continuation(new byte[400]), Frames.ping("p").withLengthBytes(2));
    }

    @ParameterizedTest
    @MethodSource("stylePairs")
    void aReaderThatHasThrownNeverComesBack(Style attacking, Style attacked) throws Exception {
        long lent = MessageReader.POOL.lent();
        for (Frames breach : breaches()) {
            PoolControl.clear();
            Endpoint attacker = attacking.open(seen, new Limits(100, 100, 4, 10_000));
            attacker.solo().feed(attacking.begin("EVIL"), breach, Frames.text("ignored"));
            assertEquals(0, MessageReader.POOL.idle(), breach::toString);
            assertEquals(lent, MessageReader.POOL.lent(), breach::toString);
            attacked.open(seen, Limits.DEFAULT).assertReceivesItsOwn();
        }
    }

    static Stream<Throwable> thrown() {
        return Stream.of(new IllegalStateException("of the test"), new OutOfMemoryError("of the test"),
                new WebSocketProtocolException(ProtocolError.TEXT_NOT_UTF8));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void aReaderOutOfWhichAnExtensionHasThrownNeverComesBack(Throwable thrown) throws Exception {
        long lent = MessageReader.POOL.lent();
        Prefix broken = new Prefix("broken");
        Solo attacker =
                new Solo(Role.SERVER, new WebSocketHandler() {}, Pair.options(ConnectionOptions.SERVER),
                        List.of(broken)).connect();
        attacker.feed(Style.EXTENDED.begin("EVIL"));
        broken.thrown = thrown;
        ByteBuffer rest = ByteBuffer.wrap(Solo.wire(Role.SERVER, Frames.continuation((byte) 1)));
        try {
            attacker.session().receive(rest, 0);
            assertTrue(thrown instanceof WebSocketProtocolException,
                    "a fault of the library is the transport's to know");
        } catch (IllegalStateException | Error e) {
            assertSame(thrown, e);
        }
        assertEquals(0, MessageReader.POOL.idle());
        assertEquals(lent, MessageReader.POOL.lent());
        Style.EXTENDED.open(seen, Limits.DEFAULT).assertReceivesItsOwn();
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatFoundNoMemoryNeverComesBack(Style style) throws Exception {
        if (style == Style.PARTS || style == Style.BLOCKING) {
            return;
        }
        long lent = MessageReader.POOL.lent();
        MemoryBudget none = new MemoryBudget(1);
        Solo attacker = new Solo(Role.SERVER, new SessionHandler(seen, Delivery.WHOLE),
                Pair.options(ConnectionOptions.SERVER),
                style == Style.EXTENDED ? List.of(new Prefix("x")) : List.of()).within(none).connect();
        attacker.feed(style.begin("x".repeat(20_000)));
        assertEquals(0, MessageReader.POOL.idle());
        assertEquals(lent, MessageReader.POOL.lent());
        style.open(seen, Limits.DEFAULT).assertReceivesItsOwn();
    }

    static Stream<Arguments> ends() {
        List<Consumer<Solo>> ends = List.of(Solo::end, solo -> {
            solo.socket().abort();
            solo.run();
        }, solo -> solo.session().receiveFailure(new IOException("of the test"), 0));
        return Stream.of(Style.values())
                .flatMap(style -> ends.stream().map(end -> Arguments.of(style, end)));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void aConnectionThatEndsInsideAMessageReturnsNone(Style style, Consumer<Solo> end) throws Exception {
        long lent = MessageReader.POOL.lent();
        Endpoint attacker = style.open(seen, Limits.DEFAULT);
        attacker.solo().feed(style.begin("EVIL"));
        end.accept(attacker.solo());
        attacker.solo().advance(Duration.ofMinutes(1));
        assertEquals(lent, MessageReader.POOL.lent());
        assertEquals(0, MessageReader.POOL.idle());
        style.open(seen, Limits.DEFAULT).assertReceivesItsOwn();
    }

    // ---- helpers

    private final class Handler extends Parting {
        private final String name;

        Handler(String name, Delivery delivery) {
            super(delivery);
            this.name = name;
        }

        @Override
        void see(String what, boolean last) {
            seen.add(name + " " + what + (last ? "." : "-"));
        }
    }

    private static final class SessionHandler extends Parting {
        private final List<String> seen;

        SessionHandler(List<String> seen, Delivery delivery) {
            super(delivery);
            this.seen = seen;
        }

        @Override
        void see(String what, boolean last) {
            seen.add(what);
        }
    }

    private abstract static class Parting implements WebSocketHandler {
        private final Delivery delivery;

        Parting(Delivery delivery) {
            this.delivery = delivery;
        }

        abstract void see(String what, boolean last);

        @Override
        public Delivery delivery() {
            return delivery;
        }

        @Override
        public void onText(WebSocket ws, String text) {
            see(text, true);
        }

        @Override
        public void onTextPart(WebSocket ws, String part, boolean last) {
            see(part, last);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            see("binary " + payload.remaining(), true);
        }

        @Override
        public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
            see("binary " + part.remaining(), last);
        }
    }

    /** Marks what it decodes with its owner's name. */
    private static final class Prefix implements Extension {
        private final String owner;
        private Throwable thrown;

        Prefix(String owner) {
            this.owner = owner;
        }

        @Override
        public ExtensionHeader agreed() {
            return new ExtensionHeader("prefix", List.of());
        }

        @Override
        public int reservedBits() {
            return RSV1;
        }

        @Override
        public boolean encodes(boolean text, long payloadBytes) {
            return false;
        }

        @Override
        public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException {
            switch (thrown) {
                case WebSocketProtocolException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {
                    // It works.
                }
            }
            if (part.hasRemaining()) {
                // A character that the transport has cut stays whole: the prefix comes before a first byte.
                boolean first = (part.get(part.position()) & 0xC0) != 0x80;
                byte[] bytes = Payload.copyOf(part).bytes();
                out.accept(ByteBuffer.wrap(
                        Frames.join(first ? Payload.of("<" + owner + ">").bytes() : new byte[0], bytes)));
            }
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }
}
