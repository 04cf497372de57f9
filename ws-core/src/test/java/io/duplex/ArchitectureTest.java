package io.duplex;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.duplex.transport.TransportClock;
import java.time.Clock;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of the design's section 1: what the protocol packages must not touch, and who may know whom. */
class ArchitectureTest {
    private static final String[] PROTOCOL = { "io.duplex.frame..", "io.duplex.http..",
        "io.duplex.extension..",
        "io.duplex.internal.handshake..", "io.duplex.internal.session..", "io.duplex.internal.connection..",
        "io.duplex.internal.proxy..",
        "io.duplex.internal.pool.." };

    private static final JavaClasses CORE = new ClassFileImporter().withImportOption(
            ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.duplex");

    /**
     * These hold or convert data; everything else in java.net does I/O or leads to it, name resolution
     * included.
     */
    private static final Set<String> NET_DATA = Set.of("URI", "URISyntaxException", "SocketAddress",
            "InetSocketAddress",
            "URLDecoder", "URLEncoder", "IDN", "CookieHandler");

    private static final DescribedPredicate<JavaClass> NET_IO = DescribedPredicate.describe(
            "do I/O in java.net",
            c -> c.getPackageName().equals("java.net") && !NET_DATA.contains(c.getSimpleName()));

    /** What TLS has agreed on and how it failed, as data; the rest of these packages does I/O. */
    private static final DescribedPredicate<JavaClass> NET_SECURE = DescribedPredicate.describe(
            "are in javax.net, other than a session or a failure",
            c -> c.getPackageName().startsWith("javax.net") && !c.isEquivalentTo(SSLSession.class)
                    && !c.isEquivalentTo(SSLException.class));

    /**
     * What a caller's own thread may be asked by a method that blocks it: who it is, and that it was
     * interrupted.
     */
    private static final Set<String> OWN_THREAD = Set.of("currentThread", "interrupt", "interrupted",
            "isInterrupted",
            "threadId");

    private static final DescribedPredicate<JavaCall<?>> THREAD_CALLS = DescribedPredicate.describe(
            "make, start or steer threads",
            call -> call.getTargetOwner().isAssignableTo(Thread.class)
                    && !OWN_THREAD.contains(call.getName()));

    @Test
    @DisplayName("1 protocol packages touch no socket and no channel")
    void protocolTouchesNoSocket() {
        noClasses().that()
                .resideInAnyPackage(PROTOCOL)
                .should()
                .dependOnClassesThat(NET_IO.or(NET_SECURE).or(resideInAnyPackage("java.nio.channels..")))
                .check(CORE);
    }

    @Test
    @DisplayName("1 protocol packages touch no thread and no executor")
    void protocolTouchesNoThread() {
        noClasses().that()
                .resideInAnyPackage(PROTOCOL)
                .should()
                .callCodeUnitWhere(THREAD_CALLS)
                .orShould()
                .dependOnClassesThat(assignableTo(Executor.class).or(
                        assignableTo(Executors.class))
                        .or(
                                assignableTo(Timer.class)))
                .check(CORE);
    }

    @Test
    @DisplayName("1 protocol packages have no clock")
    void protocolHasNoClock() {
        noClasses().that()
                .resideInAnyPackage(PROTOCOL)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat(assignableTo(Clock.class))
                .orShould()
                .dependOnClassesThat(assignableTo(TransportClock.class))
                .check(CORE);
    }

    @Test
    @DisplayName("1 frame knows nothing of http, and little else")
    void frameKnowsNothingElse() {
        classes().that()
                .resideInAPackage("io.duplex.frame..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.frame..", "java..", "javax.crypto..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 the pool knows nothing of what it lends")
    void poolKnowsNothingElse() {
        classes().that()
                .resideInAPackage("io.duplex.internal.pool..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.internal.pool..", "java..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 extension knows frames and the pool")
    void extensionKnowsLittleElse() {
        classes().that()
                .resideInAPackage("io.duplex.extension..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.extension..", "io.duplex.frame..", "io.duplex.internal.pool..",
                        "java..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 http knows nothing of WebSocket")
    void httpKnowsNothingElse() {
        classes().that()
                .resideInAPackage("io.duplex.http..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.http..", "java..", "javax.net.ssl..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 the core knows no transport and no TLS module")
    void coreKnowsNoTransport() {
        noClasses().should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.duplex.transport.*..", "io.duplex.tls..", "io.duplex.samples..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 the transport SPI depends on no other package of Duplex")
    void spiStandsAlone() {
        classes().that()
                .resideInAPackage("io.duplex.transport")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.transport", "java..", "javax.net.ssl..")
                .check(CORE);
    }
}
