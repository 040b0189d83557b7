package io.github.llamaspring.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of rooms: who may import whom. A package that no row names fails.
 */
class DependencyArrowsTest {

	private static final String BASE = "io.github.llamaspring.";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.github.llamaspring");

	/**
	 * Room to the rooms it may import, beside itself; names as after the base package.
	 */
	private static final Map<String, Set<String>> ROOMS = rooms();

	private static Map<String, Set<String>> rooms() {
		Set<String> core = Set.of("core.error", "core.gguf", "core.store", "core.onednn", "core.kernel",
				"core.tokenizer", "core.chat", "core.sampling", "core.transformer", "core.encoder");
		Set<String> detectors = Set.of("guard", "guard.digest", "guard.text", "guard.rule", "guard.pii",
				"guard.injection", "guard.semantic", "guard.classify", "guard.answer");
		Set<String> upper = Stream
			.concat(detectors.stream(),
					Stream.of("guard.policy", "guard.stream", "guard.judge", "guard.vault", "guard.audit",
							"guard.feedback", "guard.conversation"))
			.collect(Collectors.toSet());
		Set<String> library = Set.of("core", "core.error", "core.chat", "core.sampling", "core.store", "guard",
				"guard.judge");
		return Map.ofEntries(Map.entry("core.error", Set.of()), Map.entry("core.gguf", Set.of("core.error")),
				Map.entry("core.store", Set.of("core.error")), Map.entry("core.onednn", Set.of()),
				Map.entry("core.kernel", Set.of("core.gguf", "core.error")),
				Map.entry("core.vector", Set.of("core.kernel", "core.onednn", "core.gguf", "core.error")),
				Map.entry("core.tokenizer", Set.of("core.gguf", "core.error")),
				Map.entry("core.chat", Set.of("core.tokenizer", "core.gguf", "core.error")),
				Map.entry("core.sampling", Set.of("core.tokenizer", "core.error")),
				Map.entry("core.transformer",
						Set.of("core.kernel", "core.gguf", "core.tokenizer", "core.sampling", "core.error")),
				Map.entry("core.encoder",
						Set.of("core.kernel", "core.gguf", "core.tokenizer", "core.sampling", "core.error")),
				Map.entry("core", core), Map.entry("core.cli", with(core, "core")),
				// the records of guard's root are its language: every room speaks it
				Map.entry("guard.digest", Set.of()), Map.entry("guard.text", Set.of("guard")),
				Map.entry("guard.rule", Set.of("guard", "guard.text")),
				Map.entry("guard.pii", Set.of("guard", "guard.text", "guard.rule")),
				Map.entry("guard.injection", Set.of("guard", "guard.text", "guard.rule")),
				Map.entry("guard.semantic", Set.of("guard", "guard.digest", "guard.text")),
				Map.entry("guard.classify",
						Set.of("guard", "guard.digest", "guard.text", "guard.rule", "guard.semantic")),
				Map.entry("guard.conversation", Set.of("guard", "guard.text", "guard.semantic", "guard.classify")),
				Map.entry("guard.answer",
						Set.of("guard", "guard.digest", "guard.text", "guard.rule", "guard.semantic")),
				Map.entry("guard.policy", detectors), Map.entry("guard.stream", with(detectors, "guard.policy")),
				Map.entry("guard.judge", detectors), Map.entry("guard.vault", detectors),
				Map.entry("guard.audit", detectors), Map.entry("guard.feedback", with(detectors, "guard.audit")),
				Map.entry("guard", upper), Map.entry("guard.cli", upper), Map.entry("boot.engine", library),
				Map.entry("boot.resilience", with(library, "boot.engine")),
				Map.entry("boot.ai", with(library, "boot.engine", "boot.resilience")),
				Map.entry("boot.guard",
						with(library, "guard.vault", "guard.audit", "guard.feedback", "boot.engine",
								"boot.resilience")),
				Map.entry("boot.audit", with(library, "guard.audit", "guard.feedback")),
				Map.entry("boot.chat", with(library, "boot.engine", "boot.resilience", "boot.guard")),
				Map.entry("boot.summary", with(library, "boot.engine", "boot.resilience", "boot.guard")),
				Map.entry("boot.vr", with(library, "boot.engine", "boot.resilience", "boot.guard")),
				Map.entry("boot.actuate",
						with(library, "guard.audit", "guard.feedback", "boot.engine", "boot.resilience", "boot.guard",
								"boot.ai")),
				Map.entry("boot.autoconfigure",
						with(library, "guard.policy", "guard.vault", "guard.audit", "guard.feedback", "boot.audit",
								"boot.engine", "boot.resilience", "boot.ai", "boot.guard", "boot.chat", "boot.summary",
								"boot.vr", "boot.actuate")));
	}

	private static Set<String> with(Set<String> rooms, String... more) {
		Set<String> all = new TreeSet<>(rooms);
		all.addAll(List.of(more));
		return all;
	}

	private static String room(JavaClass type) {
		String name = type.getPackageName();
		return name.startsWith(BASE) ? name.substring(BASE.length()) : "";
	}

	@Test
	void everyRoomImportsOnlyWhatTheTableAllows() {
		List<String> checked = new ArrayList<>();
		ROOMS.forEach((room, allowed) -> {
			if (CLASSES.stream().noneMatch((type) -> room(type).equals(room))) {
				return;
			}
			checked.add(room);
			classes().that(describe("are in " + room, (type) -> room(type).equals(room)))
				.should()
				.onlyDependOnClassesThat(describe("are in " + room + " or " + allowed + ", or not ours",
						(target) -> !room(ours(target)).isEmpty()
								? room(ours(target)).equals(room) || allowed.contains(room(ours(target))) : true))
				.check(CLASSES);
		});
		assertThat(checked).contains("core", "core.gguf", "core.error", "guard", "boot.engine", "boot.resilience",
				"boot.ai", "boot.guard", "boot.chat", "boot.summary", "boot.vr", "boot.actuate", "boot.autoconfigure");
	}

	private static JavaClass ours(JavaClass type) {
		return type.getBaseComponentType();
	}

	@Test
	void everyPackageIsARoomOfTheTable() {
		assertThat(CLASSES.stream().map(DependencyArrowsTest::room).collect(Collectors.toSet()))
			.isSubsetOf(ROOMS.keySet());
	}

	@Test
	void coreAndGuardKnowNeitherSpringNorReactor() {
		noClasses().that(resideIn("core", "guard"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "reactor..", "io.micrometer..", "io.github.resilience4j..",
					"org.slf4j..")
			.check(CLASSES);
	}

	@Test
	void librariesStayInTheirRooms() {
		Map<String, Set<String>> owners = Map.of("com.hubspot.jinjava..", Set.of("core.chat"), "tools.jackson..",
				Set.of("core.cli", "guard.policy", "guard.cli", "guard.audit", "guard.feedback"), "org.snakeyaml..",
				Set.of("guard.policy"), "com.google.i18n.phonenumbers..", Set.of("guard.pii"));
		owners.forEach((library, rooms) -> noClasses()
			.that(resideIn("core", "guard").and(describe("are not in " + rooms, (type) -> !rooms.contains(room(type)))))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(library)
			.check(CLASSES));
	}

	private static DescribedPredicate<JavaClass> resideIn(String... modules) {
		return describe("are in " + List.of(modules), (type) -> Stream.of(modules)
			.anyMatch((module) -> room(type).equals(module) || room(type).startsWith(module + ".")));
	}

}
