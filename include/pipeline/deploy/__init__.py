"""What the services of docker-compose.yaml need besides Airflow: secrets, accounts, health, grooming."""
