import type { MyProject } from "../api/projects";

export interface TeamProjects {
  teamId: string;
  teamName: string;
  projects: MyProject[];
}

/** The projects, team by team, in the order they came in. */
export function byTeam(projects: readonly MyProject[]): TeamProjects[] {
  const teams = new Map<string, TeamProjects>();
  for (const project of projects) {
    const { team_id: teamId, team_name: teamName } = project;
    const team = teams.get(teamId) ?? { teamId, teamName, projects: [] };
    team.projects.push(project);
    teams.set(teamId, team);
  }
  return [...teams.values()];
}
