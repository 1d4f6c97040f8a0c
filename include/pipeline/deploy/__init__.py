"""What the services of docker-compose.yaml need beside Airflow: secrets, accounts, health, grooming."""
