package io.duplex;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of the design's section 1: what the protocol packages must not touch, and who may know whom. */
class ArchitectureTest {
    private static final String[] PROTOCOL = { "io.duplex.frame..", "io.duplex.http..",
        "io.duplex.extension..",
        "io.duplex.internal.handshake..", "io.duplex.internal.protocol..", "io.duplex.internal.session..",
        "io.duplex.internal.blocking..",
        "io.duplex.internal.connection..",
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

    /**
     * Each package is a slice, {@code io.duplex} itself too, which no pattern of packages below it matches.
     */
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass each) {
            return SliceIdentifier.of(each.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    };

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
    @DisplayName("1 no package of the core is in a cycle with another")
    void packagesHaveNoCycle() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(CORE);
    }

    @Test
    @DisplayName("1 the packages use each other as the table of docs/architecture.md says")
    void packagesUseWhatTheTableSays() throws IOException {
        Set<String> inTable = new TreeSet<>();
        for (List<String> row : packageTable()) {
            for (String used : names(row.get(3))) {
                inTable.add(names(row.get(0)).getFirst() + " uses " + used);
            }
        }
        Set<String> inCode = new TreeSet<>();
        for (JavaClass each : CORE) {
            for (Dependency use : each.getDirectDependenciesFromSelf()) {
                String used = use.getTargetClass().getBaseComponentType().getPackageName();
                if (used.startsWith("io.duplex") && !used.equals(each.getPackageName())) {
                    inCode.add(each.getPackageName() + " uses " + used);
                }
            }
        }
        assertEquals(Set.of(), without(inCode, inTable), "in the code, and not in the table");
        assertEquals(Set.of(), without(inTable, inCode), "in the table, and not in the code");
    }

    @Test
    @DisplayName("1 the table of docs/architecture.md has every package, and says which are exported")
    void tableHasEveryPackage() throws IOException {
        Set<String> packages = new TreeSet<>();
        Set<String> exported = new TreeSet<>();
        for (List<String> row : packageTable()) {
            packages.addAll(names(row.get(0)));
            if (row.get(2).equals("yes")) {
                exported.addAll(names(row.get(0)));
            }
        }
        assertEquals(
                CORE.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new)),
                packages);
        try (InputStream descriptor =
                Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
            assertEquals(ModuleDescriptor.read(descriptor)
                    .exports()
                    .stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toCollection(TreeSet::new)), exported);
        }
    }

    @Test
    @DisplayName("2 the protocol has no lock, and knows nothing of the session")
    void protocolHasNoLock() {
        noClasses().that()
                .resideInAPackage("io.duplex.internal.protocol")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.locks..", "java.util.concurrent.atomic..",
                        "io.duplex.internal.session..")
                .check(CORE);
    }

    @Test
    @DisplayName("2 around the session only these classes lock: each a lock of its own, never two at once")
    void sessionLocks() {
        assertEquals(Set.of("Session", "Inbox", "QueuedCallbacks"),
                CORE.stream()
                        .filter(each -> each.getPackageName().equals("io.duplex.internal.session")
                                || each.getPackageName().equals("io.duplex.internal.blocking"))
                        .filter(each -> each.getMethodCallsFromSelf()
                                .stream()
                                .anyMatch(call -> call.getTargetOwner()
                                        .getName()
                                        .equals(ReentrantLock.class.getName())
                                        && call.getName().equals("lock")))
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet()));
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    /** The cells of the rows of the table of packages. */
    private static List<List<String>> packageTable() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "architecture.md"))
                .stream()
                .dropWhile(line -> !line.startsWith("| package | owns |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Stream.of(line.substring(1).split("\\|")).map(String::strip).toList())
                .toList();
    }

    /** The packages of a cell, written in full. */
    private static List<String> names(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(name -> name.group(1))
                .map(name -> name.equals("io.duplex") ? name : "io.duplex." + name)
                .toList();
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
