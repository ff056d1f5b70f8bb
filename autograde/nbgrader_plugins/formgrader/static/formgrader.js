// Buttons of formgrader that start a job in a process of its own, and say how far it is and what came out.

const EVERY_MS = 1000;
const WORDS = { autograde: "Autograde", feedback: "Generate feedback" };

/** Return the address of something about one lesson. */
function addressOf(lesson, what) {
    return base_url + "/formgrader/autograde/" + encodeURIComponent(lesson) + "/" + what;
}

/** Ask how far the jobs of a lesson are until none is on its way; `show` gets each answer. */
function watch(lesson, show, kept) {
    const headers = { "X-CSRFToken": getCookie("_xsrf") };  // under a hub a question needs it too
    const asked = { url: addressOf(lesson, "progress"), data: kept ? { kept: 1 } : {}, dataType: "json", headers };
    $.ajax(asked).done(function (answer) {
        show(answer);
        if (answer.jobs.some((job) => !job.ended)) {
            setTimeout(() => watch(lesson, show, false), EVERY_MS);
        }
    });
}

const mine = new Set();

/** Start a job; a press that fails says so, and one for a single row is told of when it ends. */
function start(address, then, told) {
    $.post(address).done(function (response) {
        const job = JSON.parse(response).job;
        if (told) {
            mine.add(job.id);
        }
        then();
    }).fail(function (response) {
        createModal("error-modal", "Error", "It could not be started: " + response.status + " " + response.statusText);
    });
}

/** Return one sentence on a job. */
function sentence(job) {
    const who = job.students.length === 1 ? " for " + job.students[0] : "";
    const failed = Object.values(job.outcomes).filter((each) => each.mark === "failed").length;
    if (job.ended) {
        return WORDS[job.what] + who + ": " + job.done + " done" +
            (failed ? ", of which " + failed + " failed" : "") + ". " + job.problem;
    }
    if (!job.running) {
        return WORDS[job.what] + who + ": waiting.";
    }
    return WORDS[job.what] + who + ": " + job.done + " of " + job.total +
        (job.left_s === null ? "." : ", about " + job.left_s + " s left.");
}

/** Return one job as it is shown: a sentence and a bar. */
function jobView(job) {
    const failed = job.problem || Object.values(job.outcomes).some((each) => each.mark === "failed");
    const view = $("<div/>").addClass("autograde-job").toggleClass("failed", Boolean(failed));
    view.append($("<span/>").text(sentence(job)));
    if (!job.ended) {
        const bar = $("<progress/>").attr("aria-label", WORDS[job.what]);
        view.append(job.total === null ? bar : bar.attr({ max: job.total, value: job.done }));
    }
    return view;
}

/** Tell of a job that was started on this page, once it has ended. */
function tellOf(job, of) {
    if (!job.ended || !mine.delete(job.id)) {
        return;
    }
    const [past, present] = job.what === "autograde" ? ["autograded", "autograding"] :
        ["generated feedback", "generating feedback"];
    const failed = Object.values(job.outcomes).filter((each) => each.mark === "failed");
    if (job.problem || failed.length) {
        const said = [job.problem, ...failed.map((each) => each.student + ": " + each.text)];
        createLogModal("error-modal", "Error", "There was an error " + present + " " + of + ":",
            said.filter(Boolean).join("\n"));
    } else {
        const said = Object.values(job.outcomes).map((each) => each.student + ": " + each.text);
        createLogModal("success-modal", "Success", "Successfully " + past + " " + of + ".", said.join("\n"));
    }
}

const outcomes = {};
const seen = new Set();

/** Show an answer on the page of a lesson's submissions. */
function showSubmissions(answer) {
    Object.assign(outcomes, answer.outcomes);
    $("#autograde-progress").empty().append(answer.jobs.slice(-3).map(jobView));
    const ended = answer.jobs.filter((job) => job.ended && !seen.has(job.id));
    ended.forEach((job) => seen.add(job.id));
    ended.forEach((job) => tellOf(job, "'" + job.lesson + "' for student '" + job.students[0] + "'"));
    const render = () => views.forEach((view) => view.render());
    if (ended.length && models && models.loaded) {
        models.fetch({ success: render });
    } else {
        render();
    }
}

/** Let the page of a lesson's submissions start jobs. */
function changeSubmissions() {
    const lesson = window.assignment_id;
    const look = () => watch(lesson, showSubmissions, false);
    const render = SubmissionUI.prototype.render;
    SubmissionUI.prototype.render = function () {
        render.call(this);
        const found = outcomes[this.model.get("student")];
        this.$autograde.find("a").attr("aria-label", "Autograde " + this.model.get("student"));
        this.$generate_feedback.find("a").attr("aria-label", "Generate feedback for " + this.model.get("student"));
        if (found) {
            const label = found.mark === "failed" ? "label-danger" : "label-warning";
            this.$status.append(found.mark ? $("<span/>").addClass("label " + label).text(found.mark) : "");
            this.$status.append($("<span/>").addClass("autograde-outcome").text(found.text));
        }
    };
    SubmissionUI.prototype.autograde = function (event) {
        event.preventDefault();
        const student = encodeURIComponent(this.model.get("student"));
        const place = "/formgrader/api/submission/" + encodeURIComponent(lesson) + "/" + student;
        start(base_url + place + "/autograde", look, true);
    };
    SubmissionUI.prototype.generate_feedback = function (event) {
        event.preventDefault();
        const student = encodeURIComponent(this.model.get("student"));
        const place = "/formgrader/api/assignment/" + encodeURIComponent(lesson) + "/" + student;
        start(base_url + place + "/generate_feedback", look, true);
    };
    $(function () {
        $("#autograde-all").click(() => start(addressOf(lesson, "autograde"), look));
        $("#feedback-all").click(() => start(
            base_url + "/formgrader/api/assignment/" + encodeURIComponent(lesson) + "/generate_feedback", look));
    });
    $(window).on("load", () => watch(lesson, showSubmissions, true));
}

/** Show an answer in the row of a lesson on the page of all lessons. */
function showLesson(cell, answer) {
    cell.find(".autograde-job").remove();
    cell.append(answer.jobs.slice(-1).map(jobView));
    answer.jobs.forEach((job) => tellOf(job, "of '" + job.lesson + "'"));
}

/** Let the page of all lessons start jobs. */
function changeAssignments() {
    const render = AssignmentUI.prototype.render;
    AssignmentUI.prototype.render = function () {
        render.call(this);
        if (this.model.get("num_submissions") > 0) {
            this.$num_submissions.append($("<button/>").attr("type", "button").text("Autograde all")
                .addClass("btn btn-link btn-xs").click(_.bind(this.autograde_all, this)));
        }
    };
    AssignmentUI.prototype.follow = function () {
        watch(this.model.get("name"), (answer) => showLesson(this.$num_submissions, answer), false);
    };
    AssignmentUI.prototype.autograde_all = function (event) {
        event.preventDefault();
        start(addressOf(this.model.get("name"), "autograde"), _.bind(this.follow, this), true);
    };
    AssignmentUI.prototype.generate_feedback = function (event) {
        event.preventDefault();
        const place = "/formgrader/api/assignment/" + encodeURIComponent(this.model.get("name"));
        start(base_url + place + "/generate_feedback", _.bind(this.follow, this), true);
    };
}

if (typeof SubmissionUI !== "undefined") {
    changeSubmissions();
} else if (typeof AssignmentUI !== "undefined") {
    changeAssignments();
}
