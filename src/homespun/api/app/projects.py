"""The projects of one's teams, and the conversations that those own. Who shares them is decided where they are read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from homespun import accounts
from homespun.journal import InProject

from . import shown
from .guard import Parts, Person, PersonRoute
from .wire.chats import Conversation, NewConversation, ProjectConversationPage
from .wire.teams import MyProject, Project

router = APIRouter(route_class=PersonRoute)


@router.get("/api/me/projects")
async def my_projects(parts: Parts, person: Person) -> list[MyProject]:
    """All projects of one's teams, by the team's name, then the oldest first."""
    return [_mine(one) for one in await parts.accounts.projects.joined(person.id)]


@router.get("/api/projects/{project_id}/conversations")
async def project_conversations(
    project_id: str,
    parts: Parts,
    person: Person,
    query: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProjectConversationPage:
    """The project's conversations, newest first, whoever started them; with a query, those that hold its words."""
    page = await parts.journal.conversations(
        person.id, shelf=InProject(project_id), query=query, cursor=cursor, limit=limit
    )
    return ProjectConversationPage(
        conversations=[shown.summary(one) for one in page.conversations],
        next_cursor=page.next_cursor,
        people=await parts.accounts.people.names(one.owner_id for one in page.conversations),
    )


@router.post("/api/projects/{project_id}/conversations", status_code=201)
async def new_project_conversation(project_id: str, new: NewConversation, parts: Parts, person: Person) -> Conversation:
    """Starts an empty conversation that all of the team see and may continue."""
    started = await parts.journal.start_conversation(person.id, title=new.title, project_id=project_id)
    return shown.new_conversation(started)


def _mine(one: accounts.JoinedProject) -> MyProject:
    project = Project.of(one.project).model_dump()
    return MyProject(**project, team_name=one.team.name, role=one.role)
