use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::*;
use crate::study::Settings;
use crate::tui::state::job::JobKind;

fn id(number: u64, kind: JobKind) -> JobId {
    JobId { number, kind }
}

fn outcome() -> Box<Outcome> {
    Box::new(Outcome::new(Settings::default()))
}

fn done(inbox: &Receiver<Message>) -> (JobId, Result<Answer, String>) {
    match inbox.recv_timeout(Duration::from_secs(60)).unwrap() {
        Message::Action(Action::Done(id, result)) => (id, result),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_job_that_panics_fails_alone_beside_another() {
    let (sender, inbox) = channel();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let exporters = Exporters {
        figures: Arc::new(|_| panic!("no figures")),
        report: Arc::new(move |_| {
            released.lock().unwrap().recv().unwrap();
            Ok("wrote the report".into())
        }),
        model: Arc::new(|_| Err("no model".into())),
        delete: Arc::new(|_| ()),
    };
    let mut jobs = Jobs::new(sender, exporters, Arc::new(|_| {}));
    jobs.run(Job { id: id(1, JobKind::Report), work: Work::Report(outcome()) });
    jobs.run(Job { id: id(2, JobKind::Figures), work: Work::Figures(outcome()) });
    let (failed, result) = done(&inbox);
    assert_eq!((failed, result.unwrap_err().as_str()), (id(2, JobKind::Figures), "stopped unexpectedly"));
    release.send(()).unwrap();
    let (written, result) = done(&inbox);
    assert_eq!(written, id(1, JobKind::Report));
    assert!(matches!(result, Ok(Answer::Written(what)) if what == "wrote the report"));
}

#[test]
fn the_thread_that_restores_outlives_a_panic() {
    let (sender, inbox) = channel();
    let restorer = Restorer::start(move |Job { id, .. }| {
        let work =
            || if id.number == 1 { panic!("no restoration") } else { Ok(Answer::Overviews(Vec::new())) };
        sender.send(ended(id, work)).unwrap();
    })
    .unwrap();
    for number in [1, 2] {
        // The thread does not look at the work of this test.
        restorer.ask(Job { id: id(number, JobKind::Draws), work: Work::Report(outcome()) });
        let (ended, result) = done(&inbox);
        assert_eq!((ended.number, result.is_ok()), (number, number == 2));
    }
    drop(restorer);
    assert!(inbox.recv().is_err(), "the thread has ended");
}
