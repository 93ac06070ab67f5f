/** Teams, their members, projects and invitations. */
import type { ApiKey, MyKeyPage } from "./account";
import { client, value } from "./client";
import type { Invitation, MadeInvitation, NewInvitation } from "./console";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Team = Schemas["Team"];
export type TeamPage = Schemas["TeamPage"];
export type TeamMember = Schemas["TeamMember"];
export type TeamMemberPage = Schemas["TeamMemberPage"];
export type TeamRole = TeamMember["role"];
export type Project = Schemas["Project"];

const team = (team_id: string) => ({ params: { path: { team_id } } });
const project = (project_id: string) => ({ params: { path: { project_id } } });
const member = (team_id: string, person_id: string) => ({ params: { path: { team_id, person_id } } });

export const fetchTeams = (cursor: string, signal: AbortSignal): Promise<TeamPage> =>
  value(client.GET("/api/console/teams", { params: { query: { cursor, limit: 50 } }, signal }));

export const makeTeam = (made: Schemas["NewTeam"]): Promise<Team> =>
  value(client.POST("/api/console/teams", { body: made }));

export const fetchTeam = (id: string, signal: AbortSignal): Promise<Team> =>
  value(client.GET("/api/teams/{team_id}", { ...team(id), signal }));

export const changeTeam = (id: string, change: Schemas["TeamChange"]): Promise<Team> =>
  value(client.PATCH("/api/teams/{team_id}", { ...team(id), body: change }));

export const deleteTeam = (id: string): Promise<unknown> =>
  value(client.DELETE("/api/teams/{team_id}", team(id)));

export const fetchMembers = (team_id: string, cursor: string, signal: AbortSignal): Promise<TeamMemberPage> =>
  value(
    client.GET("/api/teams/{team_id}/members", {
      params: { path: { team_id }, query: { cursor, limit: 50 } },
      signal,
    }),
  );

export const setTeamRole = (id: string, personId: string, role: TeamRole): Promise<unknown> =>
  value(
    client.PATCH("/api/teams/{team_id}/members/{person_id}", { ...member(id, personId), body: { role } }),
  );

export const removeMember = (id: string, personId: string): Promise<unknown> =>
  value(client.DELETE("/api/teams/{team_id}/members/{person_id}", member(id, personId)));

/** Of those who have one, in micros of the installation's currency for a calendar month. */
export const fetchBudgets = (id: string, signal: AbortSignal): Promise<Schemas["BudgetOfMember"][]> =>
  value(client.GET("/api/teams/{team_id}/budgets", { ...team(id), signal }));

/** null: without a limit. */
export const setBudget = (id: string, personId: string, micros: number | null): Promise<unknown> =>
  value(
    client.PUT("/api/teams/{team_id}/budgets/{person_id}", { ...member(id, personId), body: { micros } }),
  );

export const fetchTeamInvitations = (id: string, signal: AbortSignal): Promise<Invitation[]> =>
  value(client.GET("/api/teams/{team_id}/invitations", { ...team(id), signal }));

export const inviteToTeam = (id: string, invitation: NewInvitation): Promise<MadeInvitation> =>
  value(client.POST("/api/teams/{team_id}/invitations", { ...team(id), body: invitation }));

export const fetchProjects = (id: string, signal: AbortSignal): Promise<Project[]> =>
  value(client.GET("/api/teams/{team_id}/projects", { ...team(id), signal }));

export const makeProject = (id: string, name: string): Promise<Project> =>
  value(client.POST("/api/teams/{team_id}/projects", { ...team(id), body: { name } }));

export const deleteProject = (id: string): Promise<unknown> =>
  value(client.DELETE("/api/projects/{project_id}", project(id)));

export const fetchProjectKeys = (
  project_id: string,
  cursor: string,
  signal: AbortSignal,
): Promise<MyKeyPage> =>
  value(
    client.GET("/api/projects/{project_id}/keys", {
      params: { path: { project_id }, query: { cursor, limit: 50 } },
      signal,
    }),
  );

export const revokeProjectKey = (project_id: string, key_id: string): Promise<ApiKey> =>
  value(
    client.DELETE("/api/projects/{project_id}/keys/{key_id}", { params: { path: { project_id, key_id } } }),
  );
