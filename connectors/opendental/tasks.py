"""Tasks for the office's people and entries in the communication log, each with our tag so that it is made once."""

from datetime import datetime

from connectors.base import StaffDirectory, TaskDraft, TaskStatus
from connectors.errors import InvalidRequest
from connectors.opendental import mapping, values
from connectors.opendental.client import made_row, one_row
from connectors.opendental.office import TASK_PRIORITIES, Office, has_tag, tagged
from connectors.opendental.values import Row, ident, text

_ALL_TASKS = "2000-01-01 00:00:00"
"""Open Dental lists the last 14 days unless told otherwise."""


class Tasks:
    def __init__(self, office: Office) -> None:
        self._office = office

    def put_task(self, draft: TaskDraft) -> str:
        """Make the task; look with ``find_task`` first. Returns its id."""
        body = {
            "TaskListNum": values.number(draft.task_list_id),
            "Descript": tagged(draft.text, draft.tag),
            "UserNum": values.number(self._writer(draft.user_id)),
            "KeyNum": values.number(draft.patient_id) if draft.patient_id else None,
            "ObjectType": "Patient" if draft.patient_id else "None",
            "PriorityDefNum": self._priority(draft.urgent),
        }
        return ident(made_row(self._office.client.post("/tasks", body), "the task").get("TaskNum"))

    def find_task(self, draft: TaskDraft) -> str | None:
        about = {"KeyNum": draft.patient_id, "ObjectType": "Patient"} if draft.patient_id else {}
        listed = about or {"TaskListNum": draft.task_list_id}
        for row in self._office.client.rows("/tasks", **listed, DateTimeOriginal=_ALL_TASKS):
            if has_tag(text(row, "Descript"), draft.tag):
                return ident(row.get("TaskNum"))
        return None

    def task(self, task_id: str) -> TaskStatus:
        return mapping.task_status(self._row(task_id))

    def move_task(self, task_id: str, task_list_id: str, user_id: str, note: str) -> None:
        """Hand it to another list and person. Doing it twice changes nothing more."""
        body = {"TaskListNum": values.number(task_list_id)}
        if user_id:
            body["UserNum"] = values.number(user_id)
        self._office.client.put(f"/tasks/{values.number(task_id)}", body)
        self._add_note(task_id, user_id, note)

    def close_task(self, task_id: str, note: str) -> None:
        self._add_note(task_id, "", note)
        self._office.client.put(f"/tasks/{values.number(task_id)}", {"TaskStatus": "Done"})

    def directory(self) -> StaffDirectory:
        """The office's users and active task lists."""
        users = self._office.client.rows("/userods")
        lists = self._office.client.rows("/tasklists", TaskListStatus="Active")
        return StaffDirectory(
            users={ident(row.get("UserNum")): text(row, "UserName") for row in users},
            task_lists={ident(row.get("TaskListNum")): text(row, "Descript") for row in lists},
        )

    def put_note(self, patient_id: str, at: datetime, note: str, tag: str) -> None:
        client = self._office.client
        rows = client.rows("/commlogs", PatNum=values.number(patient_id))
        if any(has_tag(text(row, "Note"), tag) for row in rows):
            return
        body = {
            "PatNum": values.number(patient_id),
            "Note": tagged(note, tag),
            "CommDateTime": values.local_text(at, self._office.tz),
            "commType": self._office.options.commlog_type,
            "Mode_": "None",
            "SentOrReceived": "Neither",
        }
        client.post("/commlogs", body)

    def _add_note(self, task_id: str, user_id: str, note: str) -> None:
        """A line under the task, unless it stands there already."""
        if not note:
            return
        client = self._office.client
        number = values.number(task_id)
        if any(text(row, "Note") == _one_line(note) for row in client.rows("/tasknotes", TaskNum=number)):
            return
        writer = self._writer(user_id or ident(self._row(task_id).get("UserNum")))
        client.post("/tasknotes", {"TaskNum": number, "UserNum": values.number(writer), "Note": note})

    def _writer(self, user_id: str) -> str:
        """Who tasks are written as: the office's user for us, else the person concerned."""
        writer = self._office.options.api_user or user_id
        if not writer:
            raise InvalidRequest("Open Dental: a task needs a user; set pms.api_user to a UserNum in the location file")
        return writer

    def _priority(self, urgent: bool) -> int | None:
        name = self._office.options.urgent_priority
        if not urgent or not name:
            return None
        return values.number(self._office.definition(TASK_PRIORITIES, name, "urgent_priority"))

    def _row(self, task_id: str) -> Row:
        return one_row(self._office.client.get(f"/tasks/{values.number(task_id)}"), f"task {task_id}")


def _one_line(note: str) -> str:
    """A note as Open Dental gives it back: line breaks become blanks."""
    return note.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").strip()
