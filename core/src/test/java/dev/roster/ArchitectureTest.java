package dev.roster;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may see whom in the core:
 *
 * <pre>root ← store, protocol ← runtime ← group ← division ← {router, jobs, stream, flow, nodes}
 * </pre>
 */
final class ArchitectureTest {

    private static final String ROOT = "dev.roster";

    /** What each package of the core may see, besides itself. */
    private static final Map<String, List<String>> MAY_SEE = maySee();

    private static JavaClasses core = new ClassFileImporter().importClasses();

    @BeforeAll
    static void importTheCore() throws ReflectiveOperationException {
        // By place, not by package: the tests share the packages.
        var anchor = Class.forName(ROOT + ".package-info");
        var place = anchor.getProtectionDomain().getCodeSource().getLocation();
        core = new ClassFileImporter().importPath(Path.of(place.getPath()));
    }

    @Test
    void every_package_has_a_place() {
        assertThat(core)
                .extracting(ArchitectureTest::packageOf)
                .filteredOn(name -> !name.isEmpty()) // module-info
                .isSubsetOf(MAY_SEE.keySet());
    }

    @Test
    void arrows_point_down_only() {
        assertThat(core.stream().flatMap(ArchitectureTest::wrongArrows)).isEmpty();
    }

    @Test
    void packages_form_no_cycle() {
        slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(core);
    }

    @Test
    void the_protocol_is_pure() {
        assertThat(
                        core.stream()
                                .filter(type -> packageOf(type).equals("protocol"))
                                .flatMap(type -> Purity.violations(type).stream()))
                .isEmpty();
    }

    @Test
    void nothing_reads_serialized_objects() {
        assertThat(
                        core.stream()
                                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                                .filter(seen ->
                                        List.of(
                                                        "java.io.ObjectInputStream",
                                                        "java.io.ObjectOutputStream",
                                                        "java.beans.XMLDecoder")
                                                .contains(seen.getTargetClass().getName())))
                .isEmpty();
    }

    private static Stream<String> wrongArrows(JavaClass type) {
        String from = packageOf(type);
        List<String> allowed = MAY_SEE.getOrDefault(from, List.of());
        return type.getDirectDependenciesFromSelf().stream()
                .filter(seen -> isOurs(seen.getTargetClass()))
                .filter(seen -> {
                    String to = packageOf(seen.getTargetClass());
                    return !to.equals(from) && !allowed.contains(to);
                })
                .map(Object::toString);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    /** The first package below the root: "protocol" for {@code dev.roster.protocol.placement}. */
    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        if (!isOurs(type)) {
            return "";
        }
        return name.equals(ROOT) ? "root" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
    }

    private static Map<String, List<String>> maySee() {
        List<String> uses = List.of("router", "jobs", "stream", "flow", "nodes");
        Map<String, List<String>> arrows = new TreeMap<>();
        arrows.put("root", List.of());
        arrows.put("store", List.of("root"));
        arrows.put("protocol", List.of("root"));
        arrows.put("runtime", List.of("root", "store", "protocol"));
        arrows.put("group", List.of("root", "store", "protocol", "runtime"));
        arrows.put("division", List.of("root", "store", "protocol", "runtime", "group"));
        for (String use : uses) {
            arrows.put(use, List.of("root", "store", "protocol", "runtime", "group", "division"));
        }
        return arrows;
    }
}
