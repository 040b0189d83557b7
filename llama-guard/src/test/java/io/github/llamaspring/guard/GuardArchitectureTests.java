package io.github.llamaspring.guard;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class GuardArchitectureTests {

	private static final String ROOT = "io.github.llamaspring.guard";

	private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	private void mayNotUse(String room, String... others) {
		noClasses().that()
			.resideInAPackage(ROOT + "." + room)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(others)
			.check(this.classes);
	}

	@Test
	void arrowsPointOneWay() {
		mayNotUse("digest", ROOT, ROOT + ".text", ROOT + ".classify", ROOT + ".policy", ROOT + ".cli");
		mayNotUse("text", ROOT, ROOT + ".rule", ROOT + ".pii", ROOT + ".injection", ROOT + ".policy", ROOT + ".stream",
				ROOT + ".cli");
		mayNotUse("rule", ROOT, ROOT + ".pii", ROOT + ".injection", ROOT + ".policy", ROOT + ".stream", ROOT + ".cli");
		mayNotUse("pii", ROOT, ROOT + ".rule", ROOT + ".injection", ROOT + ".policy", ROOT + ".stream", ROOT + ".cli");
		mayNotUse("injection", ROOT, ROOT + ".pii", ROOT + ".policy", ROOT + ".stream", ROOT + ".cli");
		mayNotUse("classify", ROOT + ".rule", ROOT + ".pii", ROOT + ".injection", ROOT + ".policy", ROOT + ".stream",
				ROOT + ".cli");
		mayNotUse("text", ROOT + ".classify");
		mayNotUse("rule", ROOT + ".classify");
		mayNotUse("pii", ROOT + ".classify");
		mayNotUse("injection", ROOT + ".classify");
		mayNotUse("policy", ROOT + ".classify");
		mayNotUse("stream", ROOT + ".classify");
		mayNotUse("vault", ROOT, ROOT + ".rule", ROOT + ".pii", ROOT + ".injection", ROOT + ".classify",
				ROOT + ".policy", ROOT + ".stream", ROOT + ".answer", ROOT + ".judge", ROOT + ".semantic",
				ROOT + ".cli");
		for (String room : new String[] { "text", "rule", "pii", "injection", "classify", "policy", "stream", "answer",
				"judge", "semantic" }) {
			mayNotUse(room, ROOT + ".vault");
		}
		mayNotUse("answer", ROOT + ".pii", ROOT + ".injection", ROOT + ".classify", ROOT + ".policy", ROOT + ".stream",
				ROOT + ".judge", ROOT + ".cli");
		mayNotUse("stream", ROOT, ROOT + ".policy", ROOT + ".answer", ROOT + ".judge", ROOT + ".cli");
		mayNotUse("judge", ROOT, ROOT + ".policy", ROOT + ".answer", ROOT + ".stream", ROOT + ".cli");
		mayNotUse("conversation", ROOT + ".rule", ROOT + ".pii", ROOT + ".injection", ROOT + ".answer",
				ROOT + ".policy", ROOT + ".stream", ROOT + ".judge", ROOT + ".vault", ROOT + ".cli");
		for (String room : new String[] { "text", "rule", "pii", "injection", "classify", "policy", "stream", "answer",
				"judge", "semantic", "vault" }) {
			mayNotUse(room, ROOT + ".conversation");
		}
		mayNotUse("audit", ROOT + ".text", ROOT + ".rule", ROOT + ".pii", ROOT + ".injection", ROOT + ".classify",
				ROOT + ".policy", ROOT + ".stream", ROOT + ".answer", ROOT + ".judge", ROOT + ".semantic",
				ROOT + ".vault", ROOT + ".feedback", ROOT + ".cli");
		mayNotUse("policy", ROOT + ".text", ROOT + ".rule", ROOT + ".pii", ROOT + ".injection", ROOT + ".stream",
				ROOT + ".cli");
	}

	/** A policy speaks of stages and actions; it knows nothing else of the root. */
	@Test
	void policyUsesOnlyTheWordsOfTheRoot() {
		noClasses().that()
			.resideInAPackage(ROOT + ".policy")
			.should()
			.dependOnClassesThat(describe("the root but Action and Stage",
					(JavaClass type) -> type.getPackageName().equals(ROOT) && !type.getSimpleName().equals("Action")
							&& !type.getSimpleName().equals("Stage")))
			.check(this.classes);
	}

	@Test
	void librariesStayInTheirRooms() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.github.llamaspring.core..")
			.check(this.classes);
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".policy")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.snakeyaml..")
			.check(this.classes);
		noClasses().that()
			.resideOutsideOfPackages(ROOT + ".policy", ROOT + ".cli", ROOT + ".audit", ROOT + ".feedback")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("tools.jackson..")
			.check(this.classes);
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".pii")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.google.i18n..")
			.check(this.classes);
	}

}
